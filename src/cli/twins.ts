import type { ReceivedSpike } from '../mqtt/client.ts'

/**
 * Tells, once each, the ids that two neurons share: there a boot spikes again after another has, as no neuron does that
 * was started anew. Pure.
 */
export function createTwinWatch(
  tell: (neuron: string) => void,
): (spike: Pick<ReceivedSpike, 'neuron' | 'boot'>) => void {
  const turns = new Map<string, readonly [now: string, before: string | undefined]>()
  const told = new Set<string>()
  return ({ neuron, boot }) => {
    const [now, before] = turns.get(neuron) ?? []
    if (now === boot) return
    turns.set(neuron, [boot, now])
    if (before !== boot || told.has(neuron)) return
    told.add(neuron)
    tell(neuron)
  }
}

export function twinInWords(neuron: string): string {
  return `two neurons share the id "${neuron}" and take turns at the broker: give each its own, for example --set id=${neuron}-2`
}
