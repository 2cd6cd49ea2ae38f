/** When a current counts as constant. Pure. */
import type { WebParams } from '../../../data-sources.ts'

/** A current that moves no more than this counts as constant: 1/200 of the knob's range. */
export function constantCurrentNa({ minNa, maxNa }: Pick<WebParams, 'minNa' | 'maxNa'>): number {
  return (maxNa - minNa) / 200
}
