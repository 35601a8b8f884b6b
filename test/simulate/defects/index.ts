import type { Defect } from './defect.js'
import { DEFECTS_OF_BOUNDS } from './of-bounds.js'
import { DEFECTS_OF_CONNECTIONS } from './of-connections.js'
import { DEFECTS_OF_HOSTS } from './of-hosts.js'
import { DEFECTS_OF_NPDUS } from './of-npdus.js'
import { DEFECTS_OF_QUEUES } from './of-queues.js'
import { DEFECTS_OF_QUESTIONS } from './of-questions.js'

/** All that is planted. */
export const DEFECTS: readonly Defect[] = [
  ...DEFECTS_OF_NPDUS,
  ...DEFECTS_OF_QUEUES,
  ...DEFECTS_OF_BOUNDS,
  ...DEFECTS_OF_CONNECTIONS,
  ...DEFECTS_OF_HOSTS,
  ...DEFECTS_OF_QUESTIONS,
]
