import { describe, expect, it } from 'vitest'
import { PrefixFromText } from '../../../src/cli/ip6/codecs.js'
import { ip6Roles, type Ip6RoleTable } from '../../../src/cli/ip6/role-options.js'
import type { Values } from '../../../src/cli/options.js'
import { station6, type Bbmd6 } from '../../../src/transport/ip6.js'
import { right } from '../../support/right.js'

const BBMD: Values<Ip6RoleTable> = {
  foreign: undefined,
  ttl: undefined,
  bbmd: true,
  bdt: [],
  acceptForeign: undefined,
  foreignFrom: [],
  foreignPerAddress: undefined,
  maxTtl: undefined,
  manager: [],
}
const ONE = station6('[2001:db8::1]:47808')
const OTHER = station6('[fd00::1]:47808')
const prefixes = (...texts: readonly string[]) => texts.map(text => right(PrefixFromText.decode(text)))

const policyOf = (options: Partial<Values<Ip6RoleTable>>): Bbmd6['policy'] =>
  (ip6Roles({ ...BBMD, ...options }).first as Bbmd6).policy

describe('what the options of rx-bacnet ip6 let others do', () => {
  it('is all that the standard has where they say nothing', () => {
    const policy = policyOf({})
    expect(policy).toMatchObject({ maxForeignDevices: 128, maxPerAddress: 64, maxTtl: 0xffff })
    expect([policy.mayRegister(ONE), policy.mayDelete(ONE, OTHER)]).toEqual([true, true])
  })

  it('is as much as they say', () => {
    const bounds = { acceptForeign: 5, foreignPerAddress: 2, maxTtl: 60 }
    expect(policyOf(bounds)).toMatchObject({ maxForeignDevices: 5, maxPerAddress: 2, maxTtl: 60 })
  })

  it('is for those of the prefixes; whoever is no manager may still take himself out', () => {
    const policy = policyOf({ foreignFrom: prefixes('fd00::/8', 'fe80::1'), manager: prefixes('2001:db8::/32') })
    expect([ONE, OTHER].map(policy.mayRegister)).toEqual([false, true])
    expect([policy.mayDelete(ONE, OTHER), policy.mayDelete(OTHER, ONE), policy.mayDelete(OTHER, OTHER)]).toEqual([
      true,
      false,
      true,
    ])
  })
})

describe('what a port is asked to be', () => {
  const NOTHING = { bbmd: undefined, ttl: undefined, bdt: undefined }

  it('is filled in by the options', () => {
    const roles = ip6Roles({ ...BBMD, bdt: [ONE] })
    expect(roles.asked({ ...NOTHING, role: 'bbmd' })).toMatchObject({ bdt: [ONE] })
    expect(roles.asked({ ...NOTHING, role: 'bbmd', bdt: [OTHER] })).toMatchObject({ bdt: [OTHER] })
    expect(roles.asked({ ...NOTHING, role: 'foreign' })).toBe('"bbmd" is missing')
    const foreign = ip6Roles({ ...BBMD, bbmd: false, foreign: ONE, ttl: 30 })
    expect(foreign.first).toMatchObject({ _tag: 'ForeignDevice', bbmd: ONE, ttl: 30 })
    expect(foreign.asked({ ...NOTHING, role: 'foreign', bbmd: OTHER, ttl: 20 })).toMatchObject({ bbmd: OTHER, ttl: 20 })
  })

  it('is a sentence where a BBMD cannot be that', () => {
    const bdt = Array.from({ length: 129 }, (_, index) => station6(`[2001:db8:${index}::1]:47808`))
    expect(ip6Roles(BBMD).asked({ ...NOTHING, role: 'bbmd', bdt })).toBe('bdt: there are more than 128')
  })
})
