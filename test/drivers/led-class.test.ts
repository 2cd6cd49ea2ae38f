import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ledClass } from '../../drivers/gpio/led.ts'
import { context, defaults, faultOf, tree } from './world.ts'

describe('a lamp of the kernel', () => {
  it('shines with its full brightness, and is dark before and after', () => {
    const root = tree({ 'sys/class/leds/neuron/brightness': '7', 'sys/class/leds/neuron/max_brightness': '9\n' })
    const brightness = () => readFileSync(join(root, 'sys/class/leds/neuron/brightness'), 'utf8')
    const output = ledClass.open(defaults(ledClass), context(), root)
    expect(brightness()).toBe('0')
    output.set(true)
    expect(brightness()).toBe('9')
    output.close()
    output.close()
    expect(brightness()).toBe('0')
  })

  it('that is not there is said, with those that are', () => {
    const root = tree({ 'sys/class/leds/ACT/brightness': '0' })
    const error = faultOf(() => ledClass.open(defaults(ledClass), context(), root))
    expect([error.fault, error.message]).toEqual(['absent', expect.stringMatching(/There are: ACT\. .*label=neuron/)])
  })
})
