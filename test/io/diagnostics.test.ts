import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, vi } from 'vitest'
import { diagnostics$, DIAGNOSTICS_CHANNEL, publishDiagnostics } from '../../src/io/diagnostics.js'
import type { Diagnostic } from '../../src/sc/connection/diagnostic.js'
import { identity } from '../support/identities.js'

const { uuid } = identity(1)
const dropped: Diagnostic = { _tag: 'Dropped', reason: 'not connected', count: 1 }

describe('diagnostics', () => {
  it('are not even made while nobody listens', () => {
    const make = vi.fn(() => dropped)
    publishDiagnostics(uuid)(make)
    diagnostics$.subscribe().unsubscribe()
    publishDiagnostics(uuid)(make)
    expect(make).not.toHaveBeenCalled()
  })

  it('come with the device they are about', () => {
    const told: unknown[] = []
    const subscription = diagnostics$.subscribe(diagnostic => told.push(diagnostic))
    publishDiagnostics(uuid)(() => dropped)
    subscription.unsubscribe()
    publishDiagnostics(uuid)(() => dropped)
    expect(told).toEqual([{ ...dropped, device: uuid }])
  })

  it('are heard on the channel of node:diagnostics_channel as well', () => {
    const told: unknown[] = []
    const hear = (message: unknown): unknown => told.push(message)
    subscribe(DIAGNOSTICS_CHANNEL, hear)
    publishDiagnostics(uuid)(() => dropped)
    unsubscribe(DIAGNOSTICS_CHANNEL, hear)
    expect(told).toEqual([{ ...dropped, device: uuid }])
  })
})
