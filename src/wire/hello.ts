import { OptionType, type HeaderOption } from './header-option.js'

/** What a peer says in a Hello, the destination option of a Connect-Request (addendum 135-2020cp). */
export interface Hello {
  /** It may pass on the identities of others. */
  readonly identityRelay: boolean
}

const IDENTITY_RELAY = 0x01

/** The option that says it. Peers of the 2020 edition need not understand it. */
export const helloOption = ({ identityRelay }: Hello): HeaderOption => ({
  type: OptionType.HELLO,
  mustUnderstand: false,
  data: Uint8Array.of(identityRelay ? IDENTITY_RELAY : 0),
})

/** What one option says, if it is a well-formed Hello. Bits that have no meaning yet are not looked at. */
const helloOf = ({ type, data }: HeaderOption): Hello | undefined =>
  type === OptionType.HELLO && data?.length === 1
    ? { identityRelay: ((data[0] ?? 0) & IDENTITY_RELAY) !== 0 }
    : undefined

/** Whether an option is a well-formed Hello. */
export const isHello = (option: HeaderOption): boolean => helloOf(option) !== undefined

/** The first Hello among the options of a message. */
export const readHello = (options: readonly HeaderOption[]): Hello | undefined => {
  const option = options.find(isHello)
  return option && helloOf(option)
}
