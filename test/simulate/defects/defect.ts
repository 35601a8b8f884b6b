import type { ScriptedFault } from '../../../src/testing/index.js'
import type { Burst } from '../plan/plan.js'
import type { Spoil } from '../world/spoil.js'

/** Something planted that must not be, and the invariants that it breaks: no others. */
export interface Defect {
  readonly what: string
  readonly breaks: readonly string[]
  readonly spoil: Spoil
  /** What goes wrong besides. Default: the storm of the small plan. */
  readonly script?: readonly ScriptedFault[]
  /** What is said besides. Default: nothing. */
  readonly bursts?: readonly Burst[]
}
