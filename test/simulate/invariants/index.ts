import { accounted } from './accounted.js'
import { askedCalmly } from './asked-calmly.js'
import { boundedTables } from './bounded-tables.js'
import { calm } from './calm.js'
import { deliveredOnce } from './delivered-once.js'
import { directMade } from './direct-made.js'
import { heardAsSent } from './heard-as-sent.js'
import { hopsCounted } from './hops-counted.js'
import type { Invariant } from './invariant.js'
import { noStorms } from './no-storms.js'
import { nothingOutlives } from './nothing-outlives.js'
import { oneHub } from './one-hub.js'
import { onlyForIt } from './only-for-it.js'
import { paced } from './paced.js'
import { rarelyAsked } from './rarely-asked.js'
import { reconnected } from './reconnected.js'
import { registered } from './registered.js'
import { renewed } from './renewed.js'
import { replaced } from './replaced.js'
import { searchedCalmly } from './searched-calmly.js'
import { silenceNoticed } from './silence-noticed.js'
import { spread } from './spread.js'
import { toldNoMore } from './told-no-more.js'
import { toldOfLosses } from './told-of-losses.js'
import { trueSource } from './true-source.js'

/** All that holds in every run. */
export const invariants: readonly Invariant[] = [
  deliveredOnce,
  heardAsSent,
  hopsCounted,
  accounted,
  toldOfLosses,
  toldNoMore,
  trueSource,
  onlyForIt,
  boundedTables,
  reconnected,
  calm,
  oneHub,
  replaced,
  silenceNoticed,
  directMade,
  registered,
  renewed,
  askedCalmly,
  nothingOutlives,
  paced,
  spread,
  rarelyAsked,
  searchedCalmly,
  noStorms,
]
