import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { neuronFrom } from '../../src/neuron/params.ts'
import { isiMs } from '../../src/neuron/theory.ts'
import { bootGuest, buildGuests, type Guest, PI_3B, PROGRAMS } from './kernel/guest.ts'
import * as lab from './kernel/neurond.ts'
import { needs } from './programs.ts'

vi.setConfig({ testTimeout: 200_000, hookTimeout: 400_000 })

const BASE = 512
const NEURON = neuronFrom({ tauMs: lab.TAU_MS })
const POSITIONS = [0.6, 0.7, 0.8, 0.9, 1]
const MAX_NA = 3

needs(...PROGRAMS)('on an emulated Raspberry Pi 3B', () => {
  let pi: Guest

  beforeAll(async () => {
    await buildGuests()
    pi = await bootGuest(PI_3B)
    await lab.startBroker(pi)
  })
  afterAll(() => pi?.close())

  it('has the GPIO chip of the real one, with its lines numbered from 512', async () => {
    const chip = `/sys/class/gpio/gpiochip${BASE}`
    expect(await pi.run(`tr -d '\\0' </proc/device-tree/model; echo; cat ${chip}/label`)).toBe(
      'Raspberry Pi 3 Model B\npinctrl-bcm2835',
    )
  })

  it('finds ADC and GPIO17 by itself, fires by theory, flashes every spike: LED by cdev, buzzer by onoff, i2c-bus', async () => {
    const neurond = await lab.startNeurond(pi, ['outputs.1.driver=onoff'])
    const log = await neurond.log()
    expect(log).toMatch(/knob: ADS1115 at 0x48 on \/dev\/i2c-1, channel 0, by i2c-bus \(chosen by auto/)
    expect(log).toMatch(/led: GPIO17 on pinctrl-bcm2835 by \/dev\/gpiochip0 \(chosen by auto\)/)
    expect(log).toMatch(/buzzer: GPIO18 on pinctrl-bcm2835 by onoff \(\/sys\/class\/gpio\/gpio530\)/)
    await turnThrough(POSITIONS)
    await expectEveryFlash(await neurond.end('TERM'), await neurond.published())
  })

  it('does so with LED by onoff, buzzer by cdev and the ADC by koffi; lines that are high at the end become low', async () => {
    const long = ['outputs.0.pulseMs=1000', 'outputs.1.pulseMs=1000']
    const neurond = await lab.startNeurond(pi, ['input.transport=koffi', 'outputs.0.driver=onoff', ...long])
    const log = await neurond.log()
    expect(log).toMatch(/knob: ADS1115 at 0x48 on \/dev\/i2c-1, channel 0, by koffi/)
    expect(log).toMatch(/led: GPIO17 on pinctrl-bcm2835 by onoff \(\/sys\/class\/gpio\/gpio529\)/)
    expect(log).toMatch(/buzzer: GPIO18 on pinctrl-bcm2835 by \/dev\/gpiochip0/)
    await turnThrough(POSITIONS)
    await expectEveryFlash(await neurond.end('INT'), await neurond.published())
  })

  it('does so without a character device: auto drives both lines by the files of the old interface', async () => {
    await pi.run('mv /dev/gpiochip0 /dev/hidden')
    const neurond = await lab.startNeurond(pi, ['outputs.0.pulseMs=1000', 'outputs.1.pulseMs=1000'])
    const log = await neurond.log()
    const why = 'chosen by auto; not cdev: No GPIO chip is labelled'
    expect(log).toContain(`led: GPIO17 on pinctrl-bcm2835 by sysfs (/sys/class/gpio/gpio529) (${why}`)
    expect(log).toContain(`buzzer: GPIO18 on pinctrl-bcm2835 by sysfs (/sys/class/gpio/gpio530) (${why}`)
    await turnThrough(POSITIONS)
    await expectEveryFlash(await neurond.end('TERM'), await neurond.published())
    expect(await pi.run('mv /dev/hidden /dev/gpiochip0; ls /sys/class/gpio')).not.toMatch(/gpio5(29|30)/)
  })

  async function turnThrough(positions: readonly number[]): Promise<void> {
    for (const position of positions) {
      await lab.turnKnob(pi, position)
      const messages = await lab.publishedIn(pi, 0.8, 2.2)
      const theoryMs = isiMs(NEURON, position * MAX_NA)
      const ratio = lab.meanIsiMs(lab.spikesOf(messages)) / theoryMs
      expect(Math.abs(ratio - 1), `error of the rate with the knob at ${position}`).toBeLessThan(0.02)
      const states = messages.filter(message => message.topic === 'state')
      for (const { payload } of states) expect(payload.iNa).toBeCloseTo(position * MAX_NA, 3)
    }
    // At rest: while a daemon starts or ends, the emulator is too busy to give every spike a flash of its own.
    await lab.turnKnob(pi, 0)
  }

  /** On both lines the kernel counted as many rises as there are spikes in the ledger, at their pace, and a last fall. */
  async function expectEveryFlash({ code, log }: lab.End, messages: readonly lab.Published[]): Promise<void> {
    expect(code).toBe(0)
    const spikes = lab.spikesOf(messages)
    expect(spikes.length).toBeGreaterThan(40)
    expect(spikes.map(spike => spike.seq)).toEqual(spikes.map((_, i) => i + 1))
    expect(log).toContain(`stopped after ${spikes.length} spikes; outputs are low`)
    for (const line of [17, 18]) {
      const edges = await lab.edgesOf(pi, BASE + line)
      const rises = lab.rising(edges)
      expect(rises, `rising edges of GPIO${line}`).toHaveLength(spikes.length)
      expect(edges.at(-1)?.high).toBe(false)
      const firedS = (spikes.at(-1)!.tUs - spikes[0]!.tUs) / 1e6
      expect(Math.abs(rises.at(-1)!.atS - rises[0]!.atS - firedS)).toBeLessThan(1)
    }
  }
})
