/** How a foreign device stands with its BBMD (clause J.5, section 7.1 of the protocol notes for BACnet/IP). */
export type RegistrationState =
  /** Asked, but not answered yet; or the BBMD said that it does not know us any more. */
  | 'unregistered'
  | 'registered'
  /** The BBMD said no; it is asked again after a while. */
  | 'refused'
  /** The registration has run out without an answer; it is asked for again and again. */
  | 'lost'
