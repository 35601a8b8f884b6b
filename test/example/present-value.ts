import type { Property } from './poll-value.js'

/** The present value of an analogue input: a REAL, behind the object and the property that were asked for. */
export const presentValue = (analogInput: number): Property<number> => {
  const object = [0x0c, 0, (analogInput >> 16) & 0x3f, (analogInput >> 8) & 0xff, analogInput & 0xff]
  const parameters = Uint8Array.of(...object, 0x19, 85)
  return {
    parameters,
    decode: answer => {
      const isIt = parameters.every((octet, index) => answer[index] === octet)
      const [open, tag] = answer.subarray(parameters.length)
      if (!isIt || answer.length !== parameters.length + 7 || open !== 0x3e || tag !== 0x44 || answer.at(-1) !== 0x3f) {
        return undefined
      }
      return new DataView(answer.buffer, answer.byteOffset + parameters.length + 2).getFloat32(0)
    },
  }
}
