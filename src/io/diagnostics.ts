import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Observable } from 'rxjs'
import type { Diagnose, Diagnostic } from '../sc/connection/diagnostic.js'
import type { DeviceUuid } from '../values/device-uuid.js'

/** A diagnostic, and the device it is about. */
export type DeviceDiagnostic = Diagnostic & { readonly device: DeviceUuid }

/** The name of the channel of `node:diagnostics_channel` on which diagnostics are published as they are. */
export const DIAGNOSTICS_CHANNEL = 'rx-bacnet:diagnostics'

const diagnostics = channel(DIAGNOSTICS_CHANNEL)

/** Publishes the diagnostics of a device. While nobody listens it costs one look at a flag, and nothing is made. */
export const publishDiagnostics =
  (device: DeviceUuid): Diagnose =>
  make => {
    if (diagnostics.hasSubscribers) diagnostics.publish({ ...make(), device } satisfies DeviceDiagnostic)
  }

/**
 * The diagnostics of all devices of this process: states, NAKs, VMAC changes, drops. Hot; never completes, never errors.
 * Nothing of it is on the path of a frame.
 */
export const diagnostics$: Observable<DeviceDiagnostic> = new Observable<DeviceDiagnostic>(subscriber => {
  const hear = (message: unknown): void => subscriber.next(message as DeviceDiagnostic)
  subscribe(DIAGNOSTICS_CHANNEL, hear)
  return () => {
    unsubscribe(DIAGNOSTICS_CHANNEL, hear)
  }
})
