import { EMPTY, from, Subject, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { decodeNpdus, type DecodedNpdu } from '../../../src/network/application/decode-npdus.js'
import { faultCounter } from '../../../src/network/application/fault-counter.js'
import type { ReceivedNpdu } from '../../../src/link/link.js'
import type { Mac } from '../../../src/values/mac.js'
import { SECURE_PATH } from '../../../src/wire/header-option.js'
import { decodeNpdu } from '../../../src/wire/npdu.js'
import type { NpduError, NpduErrorCode } from '../../../src/wire/npdu-error.js'
import { malformedNpdus, validNpdus } from '../../support/npdu-vectors.js'
import { received } from '../../support/received-npdus.js'
import { right } from '../../support/right.js'
import { toHex } from '../../support/vectors.js'

const heardOf = (npdus: readonly ReceivedNpdu<Mac>[], onBad?: Parameters<typeof decodeNpdus<Mac>>[0]) => {
  const heard: DecodedNpdu<Mac>[] = []
  from(npdus)
    .pipe(decodeNpdus(onBad))
    .subscribe(each => heard.push(each))
  return heard
}

const valid = validNpdus.map(({ octets }) => received(toHex(octets)))
const malformed = malformedNpdus.map(vector => ({ ...vector, npdu: received(toHex(vector.octets)) }))

describe('decoding the NPDUs of a link', () => {
  it('gives each good one, in their order, with all that the link said of it', () => {
    const special = received('01001008', { destination: 'broadcast', via: 'hub', dataOptions: [SECURE_PATH] })
    expect(heardOf([...valid, special])).toEqual(
      [...valid, special].map(npdu => ({ ...npdu, decoded: right(decodeNpdu(npdu.npdu)) })),
    )
  })

  it('passes over bad ones, and tells what was wrong and what came', () => {
    const told: [NpduError, ReceivedNpdu<Mac>][] = []
    const bad = malformed.filter(({ code }) => code !== 'UNKNOWN_MESSAGE_TYPE')
    const heard = heardOf(
      bad.map(({ npdu }) => npdu),
      (error, npdu) => told.push([error, npdu]),
    )
    expect(heard).toEqual([])
    expect(told.map(([{ code }]) => code)).toEqual(bad.map(({ code }) => code))
    expect(told.map(([, npdu]) => npdu)).toEqual(bad.map(({ npdu }) => npdu))
  })

  it('passes over bad ones without anybody to tell', () => {
    expect(heardOf([received(''), received('0100'), received('01001008')])).toHaveLength(1)
  })

  it('counts bad ones by what is wrong with them, to be read at any time', () => {
    const bad = faultCounter<NpduErrorCode>()
    const npdu$ = new Subject<ReceivedNpdu<Mac>>()
    const heard: unknown[] = []
    npdu$.pipe(decodeNpdus(bad.note)).subscribe(each => heard.push(each))
    expect(bad.counts()).toEqual({})
    npdu$.next(received('0100'))
    npdu$.next(received('01001008'))
    const before = bad.counts()
    npdu$.next(received('0100'))
    npdu$.next(received('02001008'))
    expect(before).toEqual({ EMPTY_APDU: 1 })
    expect(bad.counts()).toEqual({ EMPTY_APDU: 2, BAD_VERSION: 1 })
    expect(heard).toHaveLength(1)
  })

  it('ends as the link does', () => {
    const ends: unknown[] = []
    EMPTY.pipe(decodeNpdus()).subscribe({ complete: () => ends.push('complete') })
    const itsError = new Error('the port is in use')
    throwError(() => itsError)
      .pipe(decodeNpdus())
      .subscribe({ error: (error: unknown) => ends.push(error) })
    expect(ends).toEqual(['complete', itsError])
  })
})
