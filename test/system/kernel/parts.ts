import { expect, it } from 'vitest'
import type { Guest } from './guest.ts'
import * as lab from './neurond.ts'
import { holdLine, PI_4, releaseLine, setAdc, takeLine } from './pi.ts'
import { soon, watch } from './watch.ts'

/** No knob on the bus of the feigned Pi 4, and both lines held by others. */
export async function takePartsAway(guest: Guest): Promise<void> {
  await setAdc(guest, 'fault', 121)
  await takeLine(guest, PI_4.base + 17)
  await holdLine(guest, 18)
}

/** The daemon was started without them: LED by cdev, buzzer by onoff. */
export function itTakesPartsAsTheyCome(guest: () => Guest, neurond: () => lab.Neurond): void {
  const { events, expectRate, lineEvents } = watch(guest, neurond)

  const ask = async (path: string) => guest().run(`wget -qO- ${lab.urlIn(await neurond().log())}${path} 2>&1; echo`)

  it('is used without a knob that is not there and lines that others hold; what is missing is told everywhere', async () => {
    const held = /busy.*Another program or a kernel driver holds it/
    const nothing = /No ADS1115 or ADS1015 shows itself on \/dev\/i2c-1 \(there is nothing\)/
    await soon(events).toHaveLength(3)
    const said = (await events()).toSorted((a, b) => `${a.type}${a.output}`.localeCompare(`${b.type}${b.output}`))
    expect(said).toMatchObject([
      { type: 'inputLost', reason: expect.stringMatching(nothing) },
      { type: 'outputLost', output: 'buzzer', reason: expect.stringMatching(held) },
      { type: 'outputLost', output: 'led', reason: expect.stringMatching(held) },
    ])
    expect(JSON.parse(await ask('/api/state'))).toMatchObject({
      ...{ iNa: 0, source: 'lost', count: 0 },
      faults: {
        knob: expect.stringMatching(nothing),
        led: expect.stringMatching(held),
        buzzer: expect.stringMatching(held),
      },
    })
    expect(await neurond().log()).toMatch(
      /knob: auto, not there yet; outputs: led: auto, not there yet; buzzer: onoff,/,
    )
    expect(await ask('/readyz')).toMatch(/503/)
  })

  it('is taken part by part as it comes, found by its label, wherever its lines are numbered from', async () => {
    await releaseLine(guest(), PI_4.base + 17)
    await holdLine(guest(), -1)
    await soon(lineEvents(3)).toEqual(['outputBack buzzer', 'outputBack led'])
    await setAdc(guest(), 'fault', 0)
    await soon(() => events(/^input/, 3)).toMatchObject([{ type: 'inputBack' }])
    const described = async () => {
      const { drivers } = (await neurond().published()).findLast(({ topic }) => topic === 'info')!.payload
      return [drivers.input, ...drivers.outputs].map(({ description }) => description)
    }
    await soon(described).toMatchObject([
      expect.stringMatching(/^ADS1115 at 0x48 on \/dev\/i2c-1, channel 0, by i2c-bus/),
      expect.stringMatching(/^GPIO17 on pinctrl-bcm2711 by \/dev\/gpiochip1 \(chosen by auto\)/),
      expect.stringMatching(/^GPIO18 on pinctrl-bcm2711 by onoff \(\/sys\/class\/gpio\/gpio658\)/),
    ])
    await soon(() => ask('/readyz')).toMatch(/"ok":true.*"faults":\{\}/)
    await expectRate(0.9)
  })
}
