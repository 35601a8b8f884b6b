import { describe, expect, it } from 'vitest'
import { verdict } from '../../../src/sc/connection/verdict.js'

describe('a verdict', () => {
  it('is what was said within the call, or none', () => {
    const said = verdict<string>()
    expect(said.of(() => said.say('no room'))).toBe('no room')
    expect(said.of(() => undefined)).toBeUndefined()
  })

  it('of a call within a call is not that of the other', () => {
    const said = verdict<string>()
    let inner: string | undefined
    const outer = said.of(() => {
      inner = said.of(() => said.say('inner'))
    })
    expect([outer, inner]).toEqual([undefined, 'inner'])
    const before = said.of(() => {
      said.say('outer')
      said.of(() => undefined)
    })
    expect(before).toBe('outer')
  })

  it('outside of a call concerns nobody', () => {
    const said = verdict<string>()
    said.say('too late')
    expect(said.of(() => undefined)).toBeUndefined()
  })
})
