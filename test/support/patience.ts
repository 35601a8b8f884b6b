/** How long a test on real sockets waits for something that must happen. */
export const PATIENCE_MS = 15_000
