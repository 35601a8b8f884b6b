import { NO_OPTIONS, OptionType, type HeaderOption } from '../../wire/header-option.js'

/**
 * The data options that cross the border to or from a network. They stay as they are, but for the Secure Path where that is
 * not secure: it says that the NPDU has travelled over secure networks only.
 */
export const optionsAcross = (options: readonly HeaderOption[], isSecure: boolean): readonly HeaderOption[] => {
  if (options.length === 0) return NO_OPTIONS
  return isSecure ? options : options.filter(({ type }) => type !== OptionType.SECURE_PATH)
}
