import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kernelLed } from '../../../drivers/gpio/kernel-led.ts'
import { context, defaults, faultOf, tree } from '../fake-machine.ts'

describe('an LED of the kernel', () => {
  it('shines with its full brightness, and is dark before and after', () => {
    const root = tree({ 'sys/class/leds/neuron/brightness': '7', 'sys/class/leds/neuron/max_brightness': '9\n' })
    const brightness = () => readFileSync(join(root, 'sys/class/leds/neuron/brightness'), 'utf8')
    const output = kernelLed.open(defaults(kernelLed), context(), root)
    expect(brightness()).toBe('0')
    output.set(true)
    expect(brightness()).toBe('9')
    output.close()
    output.close()
    expect(brightness()).toBe('0')
  })

  it('is dimmed as the eye judges it: half as bright is a fifth of the light', () => {
    const root = tree({ 'sys/class/leds/neuron/brightness': '0', 'sys/class/leds/neuron/max_brightness': '255\n' })
    const brightness = () => readFileSync(join(root, 'sys/class/leds/neuron/brightness'), 'utf8').split('\n')[0]
    const output = kernelLed.open(defaults(kernelLed), context(), root)
    const shown = [1, 0.5, 0.001, 0.002, 0, 7, -1].map(wanted => {
      output.dim?.(wanted)
      return brightness()
    })
    expect(shown).toEqual(['255', '56', '0', '1', '0', '255', '0'])
  })

  it('that knows only on and off does not pretend to be dimmed', () => {
    const root = tree({ 'sys/class/leds/neuron/brightness': '0', 'sys/class/leds/neuron/max_brightness': '1\n' })
    expect(kernelLed.open(defaults(kernelLed), context(), root).dim).toBeUndefined()
  })

  it('that is not there is said, with those that are', () => {
    const root = tree({ 'sys/class/leds/ACT/brightness': '0' })
    const error = faultOf(() => kernelLed.open(defaults(kernelLed), context(), root))
    expect([error.fault, error.message]).toEqual(['absent', expect.stringMatching(/There are: ACT\. .*label=neuron/)])
  })
})
