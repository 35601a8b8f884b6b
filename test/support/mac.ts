import { ALL_STATIONS, parseMac, type Mac } from '../../src/values/mac.js'
import { right } from './right.js'

/** The MAC address with these hex digits; that of all stations where there are none. */
export const macOf = (hex: string): Mac => (hex === '' ? ALL_STATIONS : right(parseMac(hex)))
