import { NEVER } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import { networkEntity, type NetworkLink } from '../../../src/index.js'
import { fakeLinkOf, heard, iAm, marbles, overFake, standing, type MarbleTools } from '../../../src/testing/index.js'

/** Type-checks what is said with the tools of a test; nothing is played. */
const said = (say: (tools: MarbleTools) => void): void => {
  marbles(tools => {
    say(tools)
    tools.expectMarbles(NEVER).toBe('-')
  })
}

const I_AM = { i: heard(iAm(7), '05') }

describe('types of marble tests, which nobody has to say', () => {
  it('make any fake link that stands somehow a port of the network layer', () => {
    said(({ fakeLink, scheduler }) => {
      const byOption = fakeLink('--i', I_AM, { status: standing('01') })
      const byMarble = fakeLink('s-i', { ...I_AM, s: { _tag: 'Status', status: standing('01') } })
      const silent = fakeLink('', {}, { status: standing('01') })
      const own = fakeLinkOf(NEVER, scheduler, { status: standing('01') })
      expectTypeOf(overFake(byOption, 1)).toEqualTypeOf<NetworkLink>()
      for (const link of [overFake(byOption), overFake(byMarble), overFake(silent), overFake(own)]) {
        expectTypeOf(networkEntity({ ports: [{ name: 'floor', link }] })).toBeFunction()
      }
      expectTypeOf(overFake(fakeLink('--i', I_AM, { status: standing('01') }), 1)).toEqualTypeOf<NetworkLink>()
    })
  })

  it('do not make one of a link that stands in another way', () => {
    said(({ fakeLink }) => {
      // @ts-expect-error: the network layer would never know its address.
      overFake(fakeLink('', {}, { status: 'up' }))
    })
  })
})
