/** What reasons begin with that are told of something else than NPDUs: connections, registrations, questions and their answers. */
const OF_NO_NPDU =
  /^(a connection|Register-Foreign-Device|(Forwarded-|Virtual-)?Address-Resolution|an answer|the answer|asked again)/

/** Whether a reason for which something was dropped is told of NPDUs. */
export const isAboutNpdus = (reason: string): boolean => !OF_NO_NPDU.test(reason)
