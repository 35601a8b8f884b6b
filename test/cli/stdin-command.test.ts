import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { DataOptionsFromJson } from '../../src/cli/sc/data-options.js'
import { DestinationFromText, StationFromText } from '../../src/cli/sc/stations.js'
import { NpduFromText, parseStdinCommand } from '../../src/cli/stdin-command.js'
import { DeviceUuidFromText } from '../../src/values/device-uuid.js'

const table = {
  send: t.type({ to: DestinationFromText, npdu: NpduFromText, dataOptions: DataOptionsFromJson }),
  solicit: t.type({ to: StationFromText }),
  'forget-pin': t.type({ uuid: DeviceUuidFromText }),
  reconnect: t.type({}),
}
const parsed = (command: unknown) => parseStdinCommand(JSON.stringify(command), table)
const send = { do: 'send', to: 'broadcast', npdu: '0100' }

describe('a command on stdin', () => {
  it.each([
    [{ ...send, to: undefined }, '"to" is missing'],
    [{ ...send, to: null }, '"to": VMAC must be text'],
    [{ ...send, to: ['broadcast'] }, '"to": VMAC must be text'],
    [{ ...send, to: '00:00:00:00:00:00' }, `"to": '00:00:00:00:00:00' is a reserved VMAC`],
    [{ ...send, npdu: 100 }, '"npdu": NPDU must be text'],
    [{ ...send, npdu: '' }, '"npdu": an NPDU has at least one octet'],
    [{ ...send, dataOptions: null }, '"dataOptions": must be a list'],
    [{ ...send, dataOptions: [{ type: 1, pace: 'x' }] }, '"dataOptions": a data option has no "pace"'],
    [{ do: 'solicit', to: 'broadcast' }, `"to": 'broadcast' is not a VMAC such as 02:aa:bb:cc:dd:ee`],
    [{ do: 'forget-pin', uuid: 5 }, '"uuid": UUID must be text'],
    [{ do: 'toString' }, 'unknown command "toString"; there are send, solicit, forget-pin, reconnect'],
  ])('with a wrong value is refused in one sentence: %j', (command, fault) => {
    expect(parsed(command)).toEqual(E.left(fault))
  })

  it('is taken with keys that nobody knows, as a later version may have them', () => {
    expect(parsed({ do: 'reconnect', pace: 'x' })).toMatchObject(E.right({ do: 'reconnect' }))
  })
})
