import { describe, expect, it } from 'vitest'
import { MAX_RESOLUTIONS_CACHED, resolutionCache, type Resolution } from '../../../src/sc/node/resolution-cache.js'
import { ms, seconds } from '../../../src/values/duration.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import { clock } from '../../machine/clock.js'
import { identity } from '../../support/identities.js'

const [a, b] = [identity(1).vmac, identity(2).vmac]
const URIS: Resolution = { _tag: 'Uris', uris: ['wss://a' as ScUri] }
const NONE: Resolution = { _tag: 'None' }

const cacheOf = () => {
  const { scheduler, advance } = clock()
  return { ...resolutionCache(seconds(300), scheduler), advance }
}

describe('a resolution', () => {
  it('is remembered for as long as it is fresh, by VMAC', () => {
    const { get, put, advance } = cacheOf()
    put(a, URIS)
    advance(ms(299_999))
    expect(get(a)).toEqual(URIS)
    expect(get(b)).toBeUndefined()
    advance(ms(1))
    expect(get(a)).toBeUndefined()
  })

  it('is replaced by a younger one, which is fresh from then on', () => {
    const { get, put, advance } = cacheOf()
    put(a, URIS)
    put(b, NONE)
    advance(seconds(200))
    put(a, NONE)
    advance(seconds(200))
    expect(get(a)).toEqual(NONE)
    expect(get(b)).toBeUndefined()
  })

  it('makes room as the oldest when there are too many', () => {
    const { get, put } = cacheOf()
    for (let n = 1; n <= MAX_RESOLUTIONS_CACHED; n++) put(identity(n).vmac, NONE)
    put(a, URIS)
    expect(get(b), 'there is room for all').toEqual(NONE)
    put(identity(MAX_RESOLUTIONS_CACHED + 1).vmac, NONE)
    expect(get(b), 'the oldest, as the first was renewed').toBeUndefined()
    expect(get(a)).toEqual(URIS)
    expect(get(identity(3).vmac)).toEqual(NONE)
  })
})
