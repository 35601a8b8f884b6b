/** UDP sockets that are open in this thread. */
export const openSockets = (): number => process.getActiveResourcesInfo().filter(what => /^UDPWrap$/i.test(what)).length
