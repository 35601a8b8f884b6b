import { describe, expect, it } from 'vitest'
import { oneAtATime } from '../../src/machine/turns.js'

interface Task {
  readonly name: string
  readonly run?: () => void
}

const inTurn = (isOpen: () => boolean, handle: (task: Task) => void): ((task: Task) => void) => {
  const turns = oneAtATime(isOpen)
  return task => turns.take(handle, task)
}

describe('things that are done one at a time', () => {
  it('wait while another is handled, and come in their order', () => {
    const log: string[] = []
    const submit = inTurn(
      () => true,
      ({ name, run }) => {
        log.push(`${name} begins`)
        run?.()
        log.push(`${name} ends`)
      },
    )
    submit({
      name: 'a',
      run: () => {
        submit({ name: 'b' })
        submit({ name: 'c' })
      },
    })
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('are not handled any more once it is closed', () => {
    const log: string[] = []
    let isOpen = true
    const submit = inTurn(
      () => isOpen,
      ({ name, run }) => {
        log.push(name)
        run?.()
      },
    )
    submit({
      name: 'a',
      run: () => {
        submit({ name: 'b' })
        isOpen = false
      },
    })
    submit({ name: 'c' })
    expect(log).toEqual(['a'])
  })

  it('go on after one that threw', () => {
    const log: string[] = []
    const submit = inTurn(
      () => true,
      ({ name, run }) => {
        log.push(name)
        run?.()
      },
    )
    const fails = (): void => {
      throw new Error('no')
    }
    expect(() => submit({ name: 'a', run: fails })).toThrow('no')
    submit({ name: 'b' })
    expect(log).toEqual(['a', 'b'])
  })
})
