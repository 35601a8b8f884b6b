import type * as t from 'io-ts'
import { ConfigurationError } from '../../transport/configuration-error.js'
import { ordinaryNode, type OrdinaryNode } from '../../transport/ip.js'
import type { Values } from '../options.js'
import { leftOut } from '../stdin-command.js'
import { RoleFromText, TtlFromJson, type RoleName } from './codecs.js'
import type { RoleTable } from './role-options.js'

/** What is asked for while a port runs. */
export interface AskedRole<Address, Row> {
  readonly role: RoleName
  readonly bbmd: Address | undefined
  readonly ttl: number | undefined
  readonly bdt: readonly Row[] | undefined
}

/** The keys of the command on stdin that asks for a role. */
export type RoleKeys<Address, Row> = {
  readonly role: t.Type<RoleName, string>
  readonly bbmd: t.Type<Address | undefined, unknown>
  readonly ttl: t.Type<number | undefined, unknown>
  readonly bdt: t.Type<readonly Row[] | undefined, unknown>
}

/** The keys of the command on stdin that asks for a role. */
export const roleKeys = <Address, Row>(
  address: t.Type<Address, unknown>,
  bdt: t.Type<readonly Row[], unknown>,
): RoleKeys<Address, Row> => ({
  role: RoleFromText,
  bbmd: leftOut(address),
  ttl: leftOut(TtlFromJson),
  bdt: leftOut(bdt),
})

/** What a port can be. */
export interface Roles<Role, Asked> {
  /** What the options make it. */
  readonly first: Role
  /** What it is asked to be; the options fill in what that does not say. A sentence says what is missing. */
  readonly asked: (asked: Asked) => Role | string
}

/** How roles are made; what is left out, the options say. */
export interface RoleMaking<Address, Role, Asked> {
  readonly foreign: (bbmd: Address, ttl: number | undefined) => Role
  readonly bbmd: (asked?: Asked) => Role
}

/** What a port with these options can be. */
export const rolesOf = <Address, Row, Role, Asked extends AskedRole<Address, Row>>(
  options: Values<RoleTable<Address, Row>>,
  { foreign, bbmd }: RoleMaking<Address, Role, Asked>,
): Roles<Role | OrdinaryNode, Asked> => {
  const first = (): Role | OrdinaryNode => {
    if (options.bbmd) return bbmd()
    return options.foreign === undefined ? ordinaryNode() : foreign(options.foreign, options.ttl)
  }

  const roleOf = (asked: Asked): Role | OrdinaryNode | string => {
    switch (asked.role) {
      case 'node':
        return ordinaryNode()
      case 'foreign': {
        const address = asked.bbmd ?? options.foreign
        return address === undefined ? '"bbmd" is missing' : foreign(address, asked.ttl ?? options.ttl)
      }
      case 'bbmd':
        return bbmd(asked)
    }
  }

  return {
    first: first(),
    asked: asked => {
      try {
        return roleOf(asked)
      } catch (error) {
        // What ends a command that starts is no reason to end a port that runs.
        if (error instanceof ConfigurationError) return error.message
        throw error
      }
    },
  }
}
