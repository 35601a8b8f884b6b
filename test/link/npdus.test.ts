import { of } from 'rxjs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { npdus, type AnyLink, type Ip6Link, type IpLink, type ScLink } from '../../src/index.js'
import { fakeLinkOf, heard, iAm, virtualClock } from '../../src/testing/index.js'
import type { BipAddress } from '../../src/values/bip-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import type { Vmac } from '../../src/values/vmac.js'

describe('a link of any kind', () => {
  it('is each of the links there are, and a fake one', () => {
    expectTypeOf<ScLink>().toExtend<AnyLink<Vmac>>()
    expectTypeOf<IpLink>().toExtend<AnyLink<BipAddress>>()
    expectTypeOf<Ip6Link>().toExtend<AnyLink<Bip6Vmac>>()
    expectTypeOf(fakeLinkOf<Vmac>(of(), virtualClock())).toExtend<AnyLink<Vmac>>()
  })

  it('tells NPDUs among other things', () => {
    const seen: unknown[] = []
    const i = heard(iAm(7), '05')
    of({ _tag: 'Status' }, i, { _tag: 'Dropped' })
      .pipe(npdus())
      .subscribe(npdu => seen.push(npdu))
    expect(seen).toEqual([i])
  })
})
