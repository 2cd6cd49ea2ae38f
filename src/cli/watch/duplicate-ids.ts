import type { ReceivedSpike } from '../../mqtt/exactly-once-receiver.ts'

/**
 * Calls back once for each id that two neurons share: there a boot spikes again after another has, which no neuron does
 * that was restarted. Pure.
 */
export function createDuplicateIdDetector(
  onDuplicate: (neuron: string) => void,
): (spike: Pick<ReceivedSpike, 'neuron' | 'boot'>) => void {
  const boots = new Map<string, readonly [now: string, before: string | undefined]>()
  const reported = new Set<string>()
  return ({ neuron, boot }) => {
    const [now, before] = boots.get(neuron) ?? []
    if (now === boot) return
    boots.set(neuron, [boot, now])
    if (before !== boot || reported.has(neuron)) return
    reported.add(neuron)
    onDuplicate(neuron)
  }
}

export function duplicateIdWarning(neuron: string): string {
  return `two neurons share the id "${neuron}" and take turns at the broker: give each its own, for example --set id=${neuron}-2`
}
