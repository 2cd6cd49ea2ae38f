import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { neuronFrom } from '../../src/neuron/params.ts'
import { isiMs } from '../../src/neuron/theory.ts'
import { command, expectLines, GOOD_RIG, NO_ADC, NO_GROUPS, sideBySide } from './kernel/doctor.ts'
import { bootGuest, buildGuests, type Guest, PI_3B, PROGRAMS } from './kernel/guest.ts'
import * as lab from './kernel/neurond.ts'
import { setAdc } from './kernel/pi.ts'
import { soon } from './kernel/watch.ts'
import { needs } from './programs.ts'

vi.setConfig({ testTimeout: 400_000, hookTimeout: 900_000 })

const BASE = 512
const NEURON = neuronFrom({ tauMs: lab.TAU_MS })
const POSITIONS = [0.6, 0.7, 0.8, 0.9, 1]
const MAX_NA = 3
const FASTEST_ISI_MS = isiMs(NEURON, MAX_NA)
const LONG_PULSES = ['outputs.0.pulseMs=1000', 'outputs.1.pulseMs=1000']

/** What the daemon says of a line. */
const lineBy = (driver: string, line: number) =>
  `GPIO${line} on pinctrl-bcm2835 by ${driver === 'onoff' ? `onoff (/sys/class/gpio/gpio${BASE + line})` : '/dev/gpiochip0'}`

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

  /** Every way to the ADC with every way to a line, what is not named found by auto; at the end of the second, lines are high. */
  it.each([
    ['i2c-bus', 'cdev', 'onoff', 'TERM', ['outputs.1.driver=onoff']],
    ['koffi', 'onoff', 'cdev', 'INT', ['input.transport=koffi', 'outputs.0.driver=onoff', ...LONG_PULSES]],
  ] as const)('fires by theory, flashes every spike: ADC by %s, LED by %s, buzzer by %s, until SIG%s', async (transport, led, buzzer, signal, settings) => {
    const neurond = await lab.startNeurond(pi, settings)
    const log = await neurond.log()
    expect(log).toContain(`knob: ADS1115 at 0x48 on /dev/i2c-1, channel 0, by ${transport} (chosen by auto`)
    expect(log).toContain(`led: ${lineBy(led, 17)}`)
    expect(log).toContain(`buzzer: ${lineBy(buzzer, 18)}`)
    await turnThrough(POSITIONS)
    await expectEveryFlash(await neurond.end(signal), await neurond.published())
  })

  describe('at rest', () => {
    const CONFIG = '/tmp/pupil/my.yaml'

    beforeAll(async () => {
      await pi.run(
        `mkdir /tmp/pupil; chmod 777 /tmp/pupil; cp /opt/neurond/config/pi.yaml ${CONFIG}; chmod 666 ${CONFIG}`,
      )
      await pi.run('chgrp 2000 /dev/gpiochip*; chmod 660 /dev/gpiochip*')
      await setAdc(pi, 'noise', 2)
      await lab.turnKnob(pi, 0.9)
    })

    it('doctor finds it in order, and tells a user outside of the groups what to do, line by line', async () => {
      await lab.traceLines(pi)
      const [good, stranger] = await sideBySide(pi, {
        '/tmp/good': command('pupil', `doctor --config ${CONFIG}`, '/tmp/good'),
        '/tmp/stranger': command('stranger', `doctor --config ${CONFIG}`, '/tmp/stranger'),
      })
      expectLines(good!, GOOD_RIG)
      expectLines(stranger!, NO_GROUPS)
      expect(await lab.flashesOf(pi, BASE)).toEqual([3, 3])
    })

    it('doctor says what to do where the ADC does not answer, line by line', async () => {
      await setAdc(pi, 'fault', 121)
      const words = `doctor --no-pulse --config ${CONFIG}`
      const [said] = await sideBySide(pi, { '/tmp/absent': command('pupil', words, '/tmp/absent') })
      await setAdc(pi, 'fault', 0)
      expectLines(said!, NO_ADC)
    })

    it('doctor says what to load where I2C is enabled, and nothing loads the driver of the bus', async () => {
      const boot = '/boot/firmware/config.txt'
      await pi.run(`rmmod i2c_dev; mkdir -p /boot/firmware; echo dtparam=i2c_arm=on >${boot}`)
      const words = `doctor --no-pulse --config ${CONFIG}`
      const [said] = await sideBySide(pi, { '/tmp/no-bus': command('pupil', words, '/tmp/no-bus') })
      await pi.run(`insmod /modules/i2c-dev.ko; chgrp 2001 /dev/i2c-*; chmod 660 /dev/i2c-*; rm ${boot}`)
      expect(said).toMatch(/^fail {2}i2c +there is no \/dev\/i2c-1\b.*\n +→ .*modprobe i2c-dev/m)
      expect(said).toMatch(/^fail {2}input /m)
    })

    it('calibrate finds the ends of a knob that is turned, and writes them between the comments of the file', async () => {
      const words = `calibrate --config ${CONFIG} --yes --seconds 12`
      const isAsked = "until grep -q 'turn the knob' /tmp/calibrate.err; do usleep 100000; done"
      await pi.run(`${command('pupil', words, '/tmp/calibrate')} & job=$!; ${isAsked}`, 240_000)
      for (const level of [0.03, 0.03, 0.03, 0.4, 0.97]) {
        await lab.turnKnob(pi, level)
        await pi.run('sleep 1')
      }
      const said = await pi.run('wait $job; cat /tmp/calibrate', 240_000)
      expect(said).toMatch(/^channel {4}0, which moved by 0\.9[34]/m)
      expect(said).toMatch(/^code 0$/m)
      const changed = await pi.run(`diff -U 1 /opt/neurond/config/pi.yaml ${CONFIG} | tail -n +4; true`)
      expectLines(changed, '   maxNa: 3\n+  fromLevel: 0.03*\n+  toLevel: 0.96*\n ')
    })
  })

  it('does so without a character device: auto drives both lines by the files of the old interface', async () => {
    await lab.turnKnob(pi, 0)
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
      const currentNa = position * MAX_NA
      const errors = async () => {
        const messages = await lab.publishedIn(pi, 2.2)
        const states = messages.filter(message => message.topic === 'state')
        const rate = lab.meanIsiMs(lab.spikesOf(messages)) / isiMs(NEURON, currentNa) - 1
        return [rate, ...states.map(({ payload }) => payload.iNa / currentNa - 1)].map(Math.abs)
      }
      const isSmall = (all: readonly number[]) => all[0]! < 0.02 && all.slice(1).every(error => error < 0.0005)
      await soon(errors).toSatisfy(isSmall, `rate and current with the knob at ${position}`)
    }
    // At rest: while a daemon starts or ends, the emulator is too busy to give every spike a flash of its own.
    await lab.turnKnob(pi, 0)
  }

  /**
   * On both lines the kernel counted as many rises as there are spikes in the ledger, at their pace, and a last fall. Only
   * where the emulator stood still, which the daemon then says, may the spikes of that time share a flash.
   */
  async function expectEveryFlash({ code, log }: lab.End, messages: readonly lab.Published[]): Promise<void> {
    expect(code).toBe(0)
    const spikes = lab.spikesOf(messages)
    expect(spikes.length).toBeGreaterThan(40)
    expect(spikes.map(spike => spike.seq)).toEqual(spikes.map((_, i) => i + 1))
    expect(log).toContain(`stopped after ${spikes.length} spikes; outputs are low`)
    for (const line of [17, 18]) {
      const edges = await lab.edgesOf(pi, BASE + line)
      const rises = lab.rising(edges)
      const shared = spikes.length - rises.length
      expect(shared, `spikes without a rise of GPIO${line}`).toBeGreaterThanOrEqual(0)
      expect(shared, `spikes without a rise of GPIO${line}`).toBeLessThanOrEqual(
        lab.stalledMs(messages) / FASTEST_ISI_MS,
      )
      expect(edges.at(-1)?.high).toBe(false)
      const firedS = (spikes.at(-1)!.tUs - spikes[0]!.tUs) / 1e6
      expect(Math.abs(rises.at(-1)!.atS - rises[0]!.atS - firedS)).toBeLessThan(1)
    }
  }
})
