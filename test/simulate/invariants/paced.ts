import { attemptsOf, type Wait } from './attempts.js'
import { complaints, type Invariant } from './invariant.js'

/** The waits of a node are what keeps a thousand of them from a hub that has just started. */
export const paced: Invariant = {
  name: 'paced',
  states:
    'Between its attempts to reach its primary hub a node waits as long as its backoff says, which doubles from the ' +
    'minimum to the maximum; only a lost connection lets it try at once, three times in a row where those were brief.',
  watch: plan => {
    const { add, all } = complaints()
    const attempts = attemptsOf(plan, {
      waited: wait => {
        const wrong = verdict(wait)
        if (wrong !== undefined) add(`${wait.node} dialled ${wrong}, at ${wait.at} ms`)
      },
      wrong: add,
    })
    return { ...attempts, broken: all }
  },
}

/** What is wrong with a wait, which failures in a row have made longer. */
const verdict = ({ lasted, least, most, failures, isCut }: Wait): string | undefined => {
  if (isCut) return undefined
  const bound = lasted < Math.floor(least) ? least : lasted > Math.ceil(most) ? most : undefined
  return bound === undefined ? undefined : `after ${lasted} ms, and not ${bound} ms, having failed ${failures} times`
}
