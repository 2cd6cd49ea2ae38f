import { expect, it } from 'vitest'
import { createDuplicateIdDetector } from '../../../src/cli/watch/duplicate-ids.ts'

function toldOf(...spikes: readonly (readonly [neuron: string, boot: string])[]): string[] {
  const told: string[] = []
  const watch = createDuplicateIdDetector(neuron => told.push(neuron))
  for (const [neuron, boot] of spikes) watch({ neuron, boot })
  return told
}

it('two neurons that share an id are told of once: a boot spikes again after another has', () => {
  const turns = ['b1', 'b1', 'b2', 'b1', 'b2', 'b1'].map(boot => ['pi-a', boot] as const)
  expect(toldOf(...turns)).toEqual(['pi-a'])
})

it('one that was started anew, and again, is none of two', () => {
  expect(toldOf(['pi-a', 'b1'], ['pi-a', 'b2'], ['pi-b', 'b1'], ['pi-a', 'b3'], ['pi-a', 'b3'])).toEqual([])
})
