import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { MAX_BDT6_ENTRIES } from '../../ip6/bbmd6-policy.js'
import { printBip6Address, type Bip6Address, type Bip6Vmac } from '../../transport/ip6.js'
import { parseStation6 } from '../../values/bip6-address.js'
import { parseBind6 } from '../../values/bip6-binding.js'
import {
  instanceBip6Vmac,
  isInstanceBip6Vmac,
  MAX_DEVICE_INSTANCE,
  parseBip6Vmac,
  printBip6Vmac,
} from '../../values/bip6-vmac.js'
import { parseIpv6Prefix, printIpv6Prefix, type Ipv6Prefix } from '../../values/ipv6-prefix.js'
import { splitZone } from '../../values/ipv6.js'
import { textCodec } from '../../values/text-codec.js'
import { destinationFromText, rowsFromJson } from '../bvll/codecs.js'
import { inJson, type OptionCodec } from '../option-codecs.js'

/** What a port is bound to, and on which interface that was said. */
export interface Binding6 {
  readonly address: Bip6Address
  /** The zone of a link-local address: the name of its interface. */
  readonly zone: string | undefined
}

/** What a port is bound to: `[2001:db8::10]:47808`, or `[fe80::1%eth0]:47808`. */
export const Bind6FromText: OptionCodec<Binding6> = textCodec<Binding6>(
  'address to bind',
  text => {
    const { text: plain, zone } = splitZone(text)
    const address = parseBind6(plain)
    return E.isLeft(address) ? address : E.right({ address: address.right, zone })
  },
  ({ address, zone }) => printBip6Address(address).replace(']', zone === undefined ? ']' : `%${zone}]`),
)

/** Some hosts: `2001:db8::5`, or all of `2001:db8:1::/48`. */
export const PrefixFromText: OptionCodec<Ipv6Prefix> = textCodec('prefix', parseIpv6Prefix, printIpv6Prefix)

/** The VMAC of a device, from its instance as a decimal number. */
export const InstanceFromText: OptionCodec<Bip6Vmac> = inJson(
  textCodec<Bip6Vmac>(
    'device instance',
    text =>
      /^\d{1,7}$/.test(text)
        ? instanceBip6Vmac(Number(text))
        : E.left(`'${text}' is not a device instance from 0 to ${MAX_DEVICE_INSTANCE}`),
    vmac => String(Number.parseInt(vmac, 16)),
  ),
  { type: 'integer', minimum: 0, maximum: MAX_DEVICE_INSTANCE },
)

/** The same, written as a VMAC. */
export const InstanceVmacFromText: t.Type<Bip6Vmac, string> = textCodec<Bip6Vmac>(
  'VMAC',
  text => {
    const vmac = parseBip6Vmac(text)
    return E.isRight(vmac) && !isInstanceBip6Vmac(vmac.right)
      ? E.left(`'${text}' is not the VMAC of a device instance`)
      : vmac
  },
  printBip6Vmac,
)

/** Some station. */
export const Bip6VmacFromText: t.Type<Bip6Vmac, string> = textCodec('VMAC', parseBip6Vmac, printBip6Vmac)

/** Some station, or all of them: `00025a` or `broadcast`. */
export const Ip6DestinationFromText: t.Type<Bip6Vmac | 'broadcast', string> = destinationFromText(
  'VMAC',
  parseBip6Vmac,
  printBip6Vmac,
)

const rowText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || !('address' in value)) return undefined
  return typeof value.address === 'string' ? value.address : undefined
}

/** The own broadcast distribution table in JSON: a list of `"[ADDR]:PORT"`, or of `{"address"}` as it is told. */
export const Bdt6FromJson: t.Type<readonly Bip6Address[], unknown> = rowsFromJson(MAX_BDT6_ENTRIES, {
  textOf: rowText,
  wanted: 'text, or an object with an address',
  parse: parseStation6,
  print: printBip6Address,
})
