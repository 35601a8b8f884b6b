import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { printBipAddress } from '../../src/values/bip-address.js'
import { parseBind, parseBroadcast, printBroadcast } from '../../src/values/bip-binding.js'

describe('what a port is bound to', () => {
  it.each(['0.0.0.0:47808', '0.0.0.0:0', '10.0.1.5:0', '127.0.0.1:47809'])('can be %s', text => {
    expect(E.map(printBipAddress)(parseBind(text))).toEqual(E.right(text))
  })

  it('has the port that is given with it where the text has none', () => {
    expect(E.map(printBipAddress)(parseBind('10.0.1.5', 47_808))).toEqual(E.right('10.0.1.5:47808'))
    expect(parseBind('10.0.1.5')).toEqual(E.left(`'10.0.1.5' is not an address such as 192.168.1.10:47808`))
  })

  it.each(['0.0.0.1:1', '224.0.0.1:47808', '255.255.255.255:47808', '240.0.0.1:0'])('cannot be %s', text => {
    expect(parseBind(text)).toEqual(E.left(`'${text}' cannot be the address of a host`))
  })
})

describe('where broadcasts go', () => {
  it.each(['10.0.1.255', '10.0.1.255:47809', '255.255.255.255', '255.255.255.255:47808'])('can be %s', text => {
    expect(E.map(printBroadcast)(parseBroadcast(text))).toEqual(E.right(text))
  })

  it.each(['0.0.0.0', '0.0.0.0:47808', '0.255.255.255', '10.0.1.255:0'])('cannot be %s', text => {
    expect(parseBroadcast(text)).toEqual(E.left(`'${text}' cannot be a broadcast address`))
  })
})
