import { NEVER } from 'rxjs'
import { scHub } from '../../../src/transport/sc-hub.js'
import { NO_LIMIT, type StartServer } from './listener.js'

/** Our hub, as anybody would start it, but for its budget of broadcasts. */
export const rxHub: StartServer = (tls, port) =>
  new Promise((resolve, reject) => {
    const drops: Record<string, number> = {}
    const hub = scHub({
      listen: `${tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}`,
      allowPlaintext: true,
      limits: { broadcastsPerSender: NO_LIMIT, broadcastsInTotal: NO_LIMIT },
      warn: () => undefined,
      ...(tls === undefined ? {} : { tls }),
    })
    NEVER.pipe(hub).subscribe({
      next: event => {
        if (event._tag === 'Listening') resolve({ port: Number(new URL(event.uri).port), drops: () => drops })
        if (event._tag === 'Dropped') drops[event.reason] = (drops[event.reason] ?? 0) + event.count
      },
      error: reject,
    })
  })
