import { accounted } from './accounted.js'
import { boundedTables } from './bounded-tables.js'
import { calm } from './calm.js'
import { deliveredOnce } from './delivered-once.js'
import { heardAsSent } from './heard-as-sent.js'
import { hopsCounted } from './hops-counted.js'
import type { Invariant } from './invariant.js'
import { nothingOutlives } from './nothing-outlives.js'
import { oneHub } from './one-hub.js'
import { onlyForIt } from './only-for-it.js'
import { paced } from './paced.js'
import { reconnected } from './reconnected.js'
import { registered } from './registered.js'
import { toldOfLosses } from './told-of-losses.js'
import { trueSource } from './true-source.js'

/** All that holds in every run. */
export const invariants: readonly Invariant[] = [
  deliveredOnce,
  heardAsSent,
  hopsCounted,
  accounted,
  toldOfLosses,
  trueSource,
  onlyForIt,
  boundedTables,
  reconnected,
  calm,
  oneHub,
  registered,
  nothingOutlives,
  paced,
]
