/** Every text of the pages in German. Pupils are addressed as du. */
import type { NeuronParams } from '../../../neuron/params.ts'
import type { PresetName } from '../../../neuron/presets.ts'
import type * as english from './english-words.ts'
import type { FieldWords, PresetWords, Sentence } from './english-words.ts'
import type { Texts } from './language.ts'
import { formatCount, formatTyped, plural } from './number-format.ts'
import { isGrouped } from './parse-number.ts'

const HOW_TO_WRITE = ': Schreib 1000 für tausend, ohne Zeichen dazwischen, und 1,5 oder 1.5 für eineinhalb'

export const LOGIN: Texts<typeof english.LOGIN> = {
  language: 'Sprache',
  none: 'Öffne den Link, den das Terminal zeigt: Er enthält das Passwort.',
  busy: 'Einen Moment …',
  wrong:
    'Dieser Link gilt nicht mehr. Öffne den, den das Terminal jetzt zeigt, oder frag deine Lehrerin oder deinen Lehrer nach dem aktuellen.',
}

export const COMMON: Texts<typeof english.COMMON> = {
  unreadable: (name, text, allowed) =>
    `${name} ist ${text.trim() === '' ? 'leer' : `„${text.trim()}“`}, erlaubt ist ${allowed}${isGrouped(text) ? HOW_TO_WRITE : ''}`,
  aNumber: 'eine Zahl',
  allowed: (isWhole, isAbove, min, max, unit) =>
    `${isWhole ? 'eine ganze Zahl' : 'eine Zahl'} ${isAbove ? 'über' : 'von'} ${min} bis ${max} ${unit}`.trim(),
  names: {
    minNa: 'Strom am unteren Ende des Drehknopfs',
    maxNa: 'Strom am oberen Ende des Drehknopfs',
    speed: 'Tempo',
    level: 'Schieber',
    valuesNa: 'Die Liste der Ströme',
    tMs: 'Die Liste der Zeiten',
  },
  and: 'und',
  disconnected: 'Verbindung verloren, neuer Versuch läuft',
  close: 'Schließen',
  theme: { auto: 'Farben: auto', light: 'Farben: hell', dark: 'Farben: dunkel' },
  access: {
    lock: 'Sperren',
    unlock: 'Entsperren',
    lockHelp: 'Solange gesperrt ist, kann die Klasse zusehen, aber nichts ändern',
    locked: 'gesperrt',
    lockedOut: 'Deine Lehrerin oder dein Lehrer hat das Neuron gesperrt: Du siehst zu.',
    lockedNote: 'Das Neuron ist gesperrt: Wer diesen Link öffnet, kann nur zusehen, bis du es entsperrst.',
    share: 'Link',
    title: 'Andere einladen',
    qr: 'QR-Code des Links darunter',
    replace: 'Neuen Link machen',
    confirmReplace:
      'Einen neuen Link machen? Der jetzige, und alle, die mit ihm hereinkamen, können dann nur noch zusehen.',
    teacher: 'Dein eigener Link, für ein weiteres Gerät von dir: Er kann auch entsperren',
    watch: url => `Nur zum Zusehen: ${url}`,
    onlyHere:
      'Diese Seite ist nur auf diesem Computer zu sehen. Um andere einzuladen, starte neurond mit --set web.host=0.0.0.0, oder schreib es in seine Datei.',
  },
}

export const DASHBOARD: Texts<typeof english.DASHBOARD> = {
  readouts: { current: 'Strom', rate: 'Feuerrate', interval: 'Intervall', voltage: 'Spannung', count: 'Spikes' },
  header: {
    pause: 'Pause',
    run: 'Weiter',
    reset: 'Reset',
    mute: outputs => `${outputs} stumm`,
    unmute: outputs => `${outputs} wieder an`,
    identify: outputs => `${outputs} blinken`,
    outputs: 'Ausgänge',
    menu: 'Menü',
    sound: 'Ton',
    help: 'Hilfe',
    wall: 'Klassenwand',
    cell: 'Zelle',
    large: 'Groß',
    paused: 'angehalten',
    watching:
      'Du siehst zu. Um das Neuron zu steuern, öffne den Link, den sein Terminal zeigt oder den du von deiner Lehrkraft bekommst.',
  },
  scope: {
    title: 'Membranspannung und Eingangsstrom über der Zeit',
    voltage: 'V (mV)',
    current: 'I (nA)',
    time: unit => `Zeit vor jetzt (${unit})`,
    timeFrozen: unit => `Zeit vor dem Anhalten (${unit})`,
    timeTrigger: unit => `Zeit nach dem Spike (${unit})`,
    timeSweep: unit => `Zeit nach dem Reizbeginn (${unit})`,
    picture: 'Was das Oszilloskop zeigt, als Bild zum Drucken',
    pictureTitle: name => `V und I von ${name}`,
    sweep: 'Spikes während des Reizes',
    sweepCount: (spikes, ms, hz) => `${spikeCount(spikes)} in ${ms} ms: ${hz} Hz`,
    sweepTimes: times => `bei ${times} ms`,
    threshold: 'Schwelle',
    rest: 'Ruhe',
    reset: 'Reset',
    freeze: 'Anhalten',
    unfreeze: 'Weiter',
    window: 'Fenster',
    trigger: 'Bei einem Spike beginnen',
    compare: 'voriger Lauf in Grau',
    arrivals: senders => `Synapsen: ${senders}`,
    zoom: 'Zum Vergrößern über das Bild ziehen, mit Doppelklick zurück.',
    summary: (v, i, rate) => `Oszilloskop: V ${v} mV, I ${i} nA, ${rate} Hz.`,
  },
  cursors: {
    toggle: 'Cursor',
    scope: name => `Cursor ${name} im Oszilloskop`,
    fi: name => `Cursor ${name} in der f–I-Kurve`,
    difference: 'B − A',
    spikes: n => spikeCount(n),
    slope: slope => `${slope} Hz/nA`,
    noPoint: 'hier kein Punkt',
  },
  knob: {
    title: 'Wer den Strom einstellt',
    knob: 'Knopf',
    slider: 'Schieber',
    hasKnob: 'Der Drehknopf stellt den Strom ein',
    hasSlider: 'Der Schieber stellt den Strom ein',
    knobOff: 'der Drehknopf ist abgeschaltet',
    lost: 'Der Drehknopf antwortet nicht: Der Strom ist 0 nA. Nimm den Schieber, oder prüfe die Kabel',
    level: 'Schieber: Eingangsstrom',
    physical: 'Stellung des Drehknopfs',
    type: 'Eingangsstrom in nA zum Eintippen',
    typeNote: 'Tippe einen Strom ein: Er gilt dann anstelle des Drehknopfs',
    allowed: (low, high) => `eine Zahl von ${low} bis ${high} nA`,
    outside: (iNa, allowed) =>
      `Strom ist ${iNa} nA, erlaubt ist ${allowed}: So weit reicht der Drehknopf; ein Reiz kann stärker sein`,
    stimulated: 'ein Reiz läuft',
    elsewhere: 'er wurde anderswo verstellt, nicht auf dieser Seite',
  },
  plots: {
    tabs: { fi: 'f–I-Kurve', intervals: 'Intervalle', raster: 'Raster', rate: 'Rate & CV' },
    label: 'Diagramme',
    current: 'I (nA)',
    rate: 'f (Hz)',
    rheobase: 'Rheobase',
    title: name => `f–I-Kurve von ${name}`,
    showTheory: 'Theorie',
    noSpike: i => `Kein Spike bei ${i} nA`,
    theory: 'Theorie',
    measured: 'gemessen',
    earlier: 'früher',
    hold: 'Halte zum Messen den Drehknopf ruhig, oder nimm den Schieber',
    silent: i => `Stumm bei ${i} nA, wie die {rheobase|Theorie} es sagt`,
    noSpikeYet: (i, hz) => `Noch kein Spike bei ${i} nA; die {fiCurve|Theorie} sagt ${hz} Hz`,
    paused: 'Angehalten: Es wird nichts gemessen',
    silentWrong: (i, hz) => `Stumm bei ${i} nA; die {fiCurve|Theorie} sagt ${hz} Hz`,
    point: (hz, i) => `${hz} Hz bei ${i} nA`,
    error: (percent, n) => `${percent} % zur {fiCurve|Theorie} (n = ${n})`,
    chance: percent => `, der Zufall allein macht ±${percent} %`,
    buttons: { clear: 'Leeren', csv: 'CSV', png: 'PNG', svg: 'SVG' },
    interval: 'Intervall (ms)',
    share: 'Anzahl',
    noIntervals: 'Noch keine Intervalle seit der letzten Änderung: Halte den Strom über der {rheobase|Rheobase}',
    mean: (ms, cv, intervals) => `Mittel ${ms} ms, {cv|CV} ${cv}, ${intervals}`,
    intervals: n => formatCount(n, 'Intervall', 'Intervalle'),
    lastIntervals: n => `die letzten ${n} Intervalle`,
    sweep: 'Durchlauf',
    sweepTime: s => `Zeit im Durchlauf von ${s} s (s)`,
    sweepNote:
      'Jede Zeile ist ein Durchlauf, der neueste oben; ein {cv|regelmäßiges} Neuron zeichnet gerade, schräge Linien.',
    rateTime: 'Zeit vor jetzt (s)',
    cv: 'CV',
    rateNote: '{cv|CV} ist 0 bei einem Uhrwerk und 1 bei reinem Zufall ({poisson|Poisson}).',
  },
  panels: {
    label: 'Bedienung',
    tabs: { neuron: 'Neuron', stimulus: 'Reiz', measure: 'Messen', record: 'Aufnehmen' },
  },
  neuron: {
    preset: 'Vorgabe',
    own: 'eigene Werte',
    speed: 'Tempo',
    speeds: { 1: 'Echtzeit', 0.5: '2 × langsamer', 0.1: '10 × langsamer', 0.01: '100 × langsamer' },
    backTo: (value, whose) => `Zurück zu ${value} (${whose})`,
    builtIn: 'wie neurond es mitbringt',
    hold: 'Wenn R sich ändert, bleibt',
    holds: { tau: 'τ', c: 'C' },
    holdHelp: { tau: 'τ bleibt, und C = τ / R folgt', c: 'C bleibt, und τ = R C folgt' },
    more: 'Mehr',
    adaptation: 'Was Spikes hinterlassen',
    choices: { lif: 'mit Leck (LIF)', pif: 'perfekt (ohne Leck)' },
  },
  stimulus: {
    shape: 'Form',
    shapes: {
      step: 'Stufe',
      pulse: 'Puls',
      train: 'Pulsfolge',
      ramp: 'Rampe',
      sine: 'Sinus',
      noise: 'Rauschen',
      steps: 'Eigene Stufen',
      samples: 'Aus einer Datei (CSV)',
    },
    names: {
      iNa: { other: 'Höhe', ramp: 'Bis', sine: 'Amplitude', noise: 'Standardabweichung' },
      offsetNa: { ramp: 'Von', sine: 'Um', noise: 'Um' },
      ms: 'Dauer',
      periodMs: 'Periode',
      widthMs: 'Pulslänge',
    },
    replace: 'Anstelle des Drehknopfs (sonst zusätzlich)',
    start: 'Start',
    stop: 'Stopp',
    steps: 'Zeit in ms und Strom in nA; die letzte Zeile ist das Ende',
    stepsName: 'Eigene Stufen',
    stepsFault: (line, text) =>
      `Zeile ${line} ist „${text}“, erlaubt sind eine Zeit und ein Strom, etwa 100 ${formatTyped(1.55)}`,
    stepsOrder: (line, ms, before) =>
      `Zeile ${line}: Die Zeit ist ${formatTyped(ms)} ms, sie muss nach ${formatTyped(before)} ms liegen`,
    tooFewSteps: 'hat weniger als zwei Zeilen: Eine Stufe braucht eine Zeile für ihren Beginn und eine für ihr Ende',
    file: 'CSV-Datei mit den Spalten t_ms, i_na',
    fileNote: 'Die erste Zeile nennt die Spalten; jede Zeile gilt bis zur nächsten.',
    fileSummary: (name, rows, ms, low, high) =>
      `${name}: ${formatCount(rows, 'Zeile', 'Zeilen')}, ${formatTyped(Number((ms / 1000).toFixed(3)))} s, ${formatTyped(low)} bis ${formatTyped(high)} nA`,
    tooMany: (n, most) =>
      `hat ${n} Werte (einen, wo immer der Strom sich ändert), höchstens ${most} passen in einen Reiz: Behalte jede zweite Zeile, oder einen Teil der Datei`,
    tooStrong: (iNa, min, max) =>
      `hat einen Strom von ${formatTyped(iNa)} nA, erlaubt sind ${formatTyped(min)} bis ${formatTyped(max)} nA`,
    tooLong: (s, most) =>
      `dauert ${formatTyped(s)} s, ein Reiz dauert höchstens ${formatTyped(most)} s: Behalte einen Teil der Datei`,
    tooDense: (ms, least) =>
      `hat Zeilen im Abstand von ${formatTyped(ms)} ms, erlaubt sind ${formatTyped(least)} ms oder mehr: Behalte jede zweite Zeile`,
    moreLines: n => `; und ${plural(n, 'noch 1 solche Zeile', `noch ${n} solche Zeilen`)}`,
    unused: names => `; nicht benutzt: ${names}`,
    keep: 'Im Oszilloskop stehen lassen, ab Beginn',
    compare: 'Der vorige Lauf bleibt zum Vergleich in Grau.',
  },
  fiSweep: {
    method: 'f–I-Kurve, Punkt für Punkt',
    methods: { hold: 'Jeden Strom halten: mittleres Intervall', pulse: 'Ein Puls je Strom: Spikes zählen' },
    names: { from: 'Von', to: 'Bis', count: 'Punkte', longest: 'Höchstens, je Punkt', pulse: 'Pulslänge' },
    allowed: {
      any: (min, max, unit) => `eine Zahl von ${min} bis ${max} ${unit}`,
      whole: (min, max) => `eine ganze Zahl von ${min} bis ${max}`,
    },
    start: 'Kurve messen',
    cancel: 'Abbrechen',
    progress: (index, all, iNa) => `Punkt ${index} von ${all}: ${iNa} nA`,
    holdNote:
      'Jeder Punkt wartet, bis seine Rate sicher ist: je mehr Rauschen, desto länger. Danach ist der Strom wie vorher.',
    pulseNote: 'Jeder Puls beginnt in Ruhe und gilt anstelle des Drehknopfs; Rate = Spikes / Pulslänge.',
    cancelled: 'Abgebrochen: Die gemessenen Punkte bleiben',
    disturbed: 'Beendet: Der Strom ist nicht der verlangte. Jemand anderes stellt ihn ein',
    changed: 'Beendet: Das Neuron wurde geändert',
    stimulated: 'Ein Reiz läuft: Beende ihn zuerst, er würde mitgemessen',
    paused: 'Das Neuron ist angehalten: Drück zuerst Weiter',
  },
  record: {
    name: 'Name',
    start: 'Aufnahme starten',
    stop: 'Aufnahme beenden',
    running: (spikes, s) => `Aufnahme: ${spikeCount(spikes)} in ${s} s`,
    none: 'Noch nichts aufgenommen. Was du aufnimmst, bleibt in diesem Browser, bis du es entfernst.',
    notKept: 'Dieser Browser behält keine Daten: Lade die Aufnahme herunter, bevor du die Seite verlässt',
    format: 'CSV-Dateien',
    formats: {
      'comma-point': '1.5,2 (englisch)',
      'semicolon-comma': '1,5;2 (deutsch)',
      'semicolon-point': '1.5;2',
      'tab-point': '1.5 Tab 2',
      'tab-comma': '1,5 Tab 2',
    },
    spikes: 'Spikes (CSV)',
    trace: 'V und I (CSV)',
    all: 'Alles (JSON-Zeilen)',
    replay: 'Drehknopf abspielen',
    stopReplay: 'Abspielen beenden',
    remove: 'Entfernen',
    tooManyTurns: (n, most) =>
      `Der Drehknopf wurde in ${n} Schritten gedreht, höchstens ${most} lassen sich abspielen: Nimm kürzer auf`,
    summary: (spikes, s) => `${spikeCount(spikes)}, ${s} s`,
    missing: n => `, ${plural(n, '1 Spike fehlt', `${n} Spikes fehlen`)}`,
    full: 'Die Aufnahme wurde beendet: Mehr kann dieser Browser nicht fassen',
    neuronRestarted: 'Die Aufnahme wurde beendet: Das Neuron ist neu gestartet und zählt seine Spikes wieder ab 1',
  },
  files: {
    recording: (name, id) => `neurond-Aufnahme "${name}" von ${id}`,
    times: 't_ms: Modellzeit seit dem Beginn; unix_us: Uhr des Neurons, seit 1970',
    from: (ms, change) => `ab t_ms ${ms}: ${change}`,
    fi: name => `f-I-Kurve von ${name}`,
    noLeak: 'ohne Leck',
    noise: mv => `Rauschen ${mv} mV`,
  },
  health: {
    good: 'Alles gut',
    noConnection: 'Keine Verbindung',
    unknown:
      'Diese Seite hat keine Verbindung zum Neuron und versucht es von selbst weiter. Ob es dem Neuron gut geht, ist von hier nicht zu sehen; was auf der Seite steht, ist der letzte bekannte Stand.',
    problems: n => `Achtung: ${formatCount(n, 'Sache', 'Sachen')}`,
    title: 'Zustand',
    late: us => `Die Blitze kommen pünktlich (99 von 100 innerhalb von ${us}).`,
    tooLate: us => `1 von 100 Blitzen kommt ${us} oder mehr zu spät: Andere Programme beschäftigen den Computer.`,
    ticks: (missed, all) =>
      `${missed} von ${formatCount(all, 'Schritt', 'Schritten')} fielen aus; Modellzeit ging dadurch nicht verloren.`,
    stalls: n => `Der Computer stand ${plural(n, 'einmal', `${n}-mal`)} still.`,
    skipped: (ms, goesOn) =>
      `${ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(0)} s`} aus dem Leben des Neurons wurden übersprungen${
        goesOn
          ? ', und jetzt werden es mehr: Es ist zu schnell für diesen Computer'
          : ': Der Computer kam nicht hinterher'
      }.`,
    adc: (errors, reads) =>
      `${errors} von ${formatCount(reads, 'Ablesung', 'Ablesungen')} des Drehknopfs schlugen fehl: Prüfe die Kabel.`,
    knobLost: why => `Der Drehknopf antwortet nicht. Der Strom ist 0 nA, bis er wieder da ist. ${why}`.trim(),
    outputLost: (name, why) => `Ausgang ${name} funktioniert nicht. ${why}`.trim(),
    outputs: n => `Die LED oder der Summer ließ sich ${plural(n, 'einmal', `${n}-mal`)} nicht schalten.`,
    lost: n =>
      `${plural(n, '1 Meldung des Neurons ging', `${n} Meldungen des Neurons gingen`)} auf dem Weg zu diesem Programm verloren.`,
    merged: n =>
      `${plural(n, '1 Spike kam so schnell, dass er', `${n} Spikes kamen so schnell, dass sie`)} einen Blitz mit einem anderen teilte${plural(n, '', 'n')}.`,
    clipped: n =>
      `${plural(n, '1 ankommender Spike war', `${n} ankommende Spikes waren`)} zu viel und kam${plural(n, '', 'en')} nicht an.`,
    warning: why => `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    dead: 'Das Neuron hat sich seit einer Sekunde nicht gerührt.',
    broker: {
      off: 'Kein Broker eingestellt: Spikes werden nicht veröffentlicht.',
      online: url => `Verbunden mit dem Broker ${url}.`,
      connecting: url => `Verbindung zum Broker ${url} wird aufgebaut …`,
    },
    brokerOffline: (url, why) =>
      `Der Broker ${url} ist nicht erreichbar${why === '' ? '' : `: ${why}`}. Das Neuron läuft weiter.`,
    clock: {
      synced: within => `Die Uhr dieses Computers folgt einem Zeitserver${within}.`,
      within: time => `, auf ${time} genau`,
      alone:
        'Die Uhr dieses Computers folgt keinem Zeitserver: Seine Spike-Zeiten sind mit denen anderer nicht vergleichbar.',
    },
    mocked: what => `Simuliert, nicht echt: ${what}.`,
    figures: {
      tick: 'Schritte verspätet (Hälfte / 99 % / längste)',
      edge: 'Blitze verspätet (Hälfte / 99 % / längste)',
      cpu: 'Neuron-Thread, von einem Kern',
      main: 'Haupt-Thread verzögert (99 %)',
      memory: 'Speicher',
      viewers: 'Zuschauer',
    },
  },
  help: {
    title: 'Tasten',
    terms: 'Begriffe',
    keys: [
      ['Leertaste', 'Oszilloskop anhalten, weiterlaufen lassen'],
      ['P', 'Neuron anhalten, weiterlaufen lassen'],
      ['K', 'den Drehknopf ablösen, ihn wieder gelten lassen'],
      ['← →', 'den Schieber bewegen, wenn er gewählt ist'],
      ['+ −', 'kürzeres und längeres Fenster'],
      ['T', 'das Oszilloskop bei einem Spike beginnen lassen'],
      ['X', 'zwei Cursor im Oszilloskop: mit Tab zu einer von ihnen'],
      ['← → ↑ ↓', 'den Cursor bewegen; auf und ab: zu einem Spike'],
      ['R', 'die Membran auf ihren Start zurücksetzen'],
      ['C', 'die f–I-Kurve leeren'],
      ['M', 'die LED stumm schalten'],
      ['S', 'Ton bei Spikes'],
      ['N', 'das Bild des Neurons zeigen, verbergen'],
      ['L', 'groß: nur das Oszilloskop'],
      ['H', 'diese Hilfe'],
    ],
  },
}

function spikeCount(n: number): string {
  return formatCount(n, 'Spike', 'Spikes')
}

export const FIELDS: Readonly<Record<keyof NeuronParams, FieldWords>> = {
  model: {
    label: 'Modell',
    help: 'lif: Integrate-and-fire-Neuron mit Leck; pif: perfekter Integrator ohne Leck (resistanceMohm zählt dann nur in tauMs = R C)',
  },
  restMv: { label: 'Ruhe', help: 'E_L, die Spannung, zu der das Leck die Membran zieht' },
  thresholdMv: {
    label: 'Schwelle',
    help: 'V_th, die Spannung, bei der das Neuron einen Spike abgibt',
  },
  resetMv: { label: 'Reset', help: 'V_reset, die Spannung nach einem Spike; unter der Schwelle' },
  initialMv: { label: 'Start', help: 'V am Anfang; restMv, wenn nichts angegeben ist' },
  resistanceMohm: { label: 'Widerstand', help: 'R_m, Widerstand der Membran' },
  tauMs: { label: 'Zeitkonstante', help: 'tau_m = R_m C, Zeitkonstante der Membran' },
  capacitanceNf: { label: 'Kapazität', help: 'C, Kapazität der Membran: anstelle von tauMs' },
  refractoryMs: {
    label: 'Refraktärzeit',
    help: 'absolute Refraktärzeit: So lange bleibt V nach einem Spike auf resetMv',
  },
  slowJumpNa: {
    label: 'Langsamer Strom: Sprung',
    help: 'was jeder Spike zum langsamen eigenen Strom des Neurons addiert; unter 0 bremst er: Adaptation',
  },
  slowTauMs: {
    label: 'Langsamer Strom: Zeitkonstante',
    help: 'wie schnell der langsame Strom abklingt',
  },
  slowKeep: {
    label: 'Langsamer Strom: Rest',
    help: 'Anteil des langsamen Stroms, den ein Spike übrig lässt, bevor er slowJumpNa addiert: Mit 1 summiert er sich, mit 0 beginnt er neu',
  },
  fastJumpNa: {
    label: 'Schneller Strom: Sprung',
    help: 'was jeder Spike zum schnellen eigenen Strom des Neurons addiert; über 0 macht er Bursts',
  },
  fastTauMs: {
    label: 'Schneller Strom: Zeitkonstante',
    help: 'wie schnell der schnelle Strom abklingt',
  },
  fastKeep: {
    label: 'Schneller Strom: Rest',
    help: 'Anteil des schnellen Stroms, den ein Spike übrig lässt, bevor er fastJumpNa addiert: Mit 1 summiert er sich, mit 0 beginnt er neu',
  },
  thresholdJumpMv: { label: 'Schwelle: Sprung', help: 'wie weit jeder Spike die Schwelle hebt' },
  thresholdTauMs: {
    label: 'Schwelle: Zeitkonstante',
    help: 'wie schnell die Schwelle zu thresholdMv zurückkehrt und V folgt',
  },
  thresholdCoupling: {
    label: 'Schwelle: folgt V',
    help: 'Anteil von V - restMv, den die Schwelle mit der Zeit übernimmt; unter 0 bewegt sie sich gegen V',
  },
  thresholdFloorMv: {
    label: 'Schwelle: Untergrenze',
    help: 'tiefer ist die Schwelle nach einem Spike nie; in der Mitte zwischen resetMv und thresholdMv, wenn nichts angegeben ist',
  },
  noiseMv: {
    label: 'Rauschen',
    help: 'Standardabweichung von V, die das weiße Rauschen allein ergäbe, wenn es keine Schwelle gäbe',
  },
  seed: {
    label: 'Startwert des Rauschens',
    help: 'Startwert des Zufallsgenerators, der neu beginnt, wenn er geändert wird; zufällig, wenn nichts angegeben ist',
  },
}

/** Helps of the fields of stimuli and synapses, which the neuron tells in English. */
export const HELPS: Readonly<Record<string, string>> = {
  'stimulus.iNa': 'Höhe, Ende einer Rampe, Amplitude eines Sinus, Standardabweichung von Rauschen',
  'stimulus.offsetNa': 'konstanter Anteil von Sinus oder Rauschen, Beginn einer Rampe',
  'stimulus.ms': 'wie lange der Reiz dauert',
  'stimulus.periodMs': 'von Sinus oder Pulsfolge',
  'stimulus.widthMs': 'jedes Pulses einer Folge',
  'synapse.weightMv': 'Sprung von V bei jedem Spike, anstelle eines Stroms; negativ hemmt er',
  'synapse.weightNa': 'Strom bei jedem Spike, der mit der Zeitkonstante abklingt; negativ hemmt er',
  'synapse.tauMs': 'Zeitkonstante, mit der der Strom abklingt',
  'synapse.delayMs':
    'gezählt ab dem Spike des Senders, wenn beide Uhren gleich gehen, sonst ab der Ankunft seiner Nachricht',
}

export const NEURONS: Readonly<Record<PresetName, PresetWords>> = {
  classroom: {
    title: 'Klasse, langsam',
    description: 'Langsam genug, um jeden Blitz zu sehen: tau 100 ms, 0 bis etwa 12 Hz über den Drehknopf',
  },
  bio: {
    title: 'Hirnrinde',
    description: 'Eine Membran der Hirnrinde: tau 10 ms, 0 bis etwa 118 Hz über den Drehknopf',
  },
  epfl: {
    title: 'EPFL-Übungen',
    description:
      'Das Neuron der Übungen zu Neuronal Dynamics (Gerstner u. a., EPFL): Rheobase 2 nA, Refraktärzeit 2 ms',
  },
  neuromatch: {
    title: 'Neuromatch Academy',
    description:
      'Das Neuron der Neuromatch Academy, Computational Neuroscience W2D3: Rheobase 0,2 nA, Refraktärzeit 2 ms',
  },
  adapting: {
    title: 'Adaptation',
    description:
      'Gewöhnt sich: Dreh den Strom auf einmal auf, und die schnellen Blitze werden in zwei Sekunden langsamer; jeder Spike verstärkt einen Strom, der bremst',
  },
  bursting: {
    title: 'Bursts',
    description:
      'Feuert in Gruppen: Bleib bei 2 nA und zähl alle 1,7 s drei Blitze, dann dreh weiter auf und sieh, wie die Gruppen größer werden und dichter kommen; unter 1,5 nA ist es still',
  },
  phasic: {
    title: 'Phasisch',
    description:
      'Antwortet nur auf Änderungen: ein Blitz für jede schnelle Drehung von 0 auf über 2 nA und danach keiner; langsam gedreht, in zwei Sekunden, gibt dieselbe Drehung keinen einzigen',
  },
  'phasic-bursting': {
    title: 'Phasische Bursts',
    description:
      'Eine Gruppe von Blitzen für jede schnelle Drehung nach oben, dann Stille: zwei bei 2 nA, fünf bei 2,5, sieben bei 3; geh vor der nächsten einige Sekunden auf 0 zurück',
  },
  mixed: {
    title: 'Gemischt',
    description:
      'Beginnt mit einem Burst und macht mit einzelnen Blitzen weiter: Dreh auf einmal auf 2 nA oder mehr und vergleich die ersten drei Abstände mit den späteren',
  },
  rebound: {
    title: 'Rebound',
    description:
      'Feuert, wenn die Hemmung endet: Halt eine Sekunde lang -2 nA oder weniger, geh auf 0, und drei Blitze folgen, immer dieselben drei; nach -1 nA kommt keiner',
  },
  latency: {
    title: 'Latenz',
    description:
      'Zögert: Knapp über 0,5 nA wartet es bis zu zwei Sekunden auf den ersten Blitz, bei 2 nA eine Zehntelsekunde; V zieht die Schwelle langsam herab',
  },
  'class-two': {
    title: 'Klasse 2',
    description:
      'Kennt keine langsame Rate: Dreh langsam auf, und bei 2,1 nA beginnt es sofort mit 3 Hz; dreh langsam zurück, und es feuert weiter bis unter 2 nA, ehe es aufhört',
  },
  seed000: {
    title: 'Text 000, wie er läuft',
    description:
      'Perfekter Integrator, wie sein Notebook ihn rechnet: V beginnt bei 0, da Schritt 1 die 0,2 verwirft; 1 ms steht für 1 s',
  },
  'seed000-intended': {
    title: 'Text 000, wie er gemeint ist',
    description: 'Derselbe perfekte Integrator, wie sein Notebook ihn meint: V beginnt bei 0,2',
  },
  seed001: {
    title: 'Text 001',
    description:
      'C dV/dt = I - V/R in Euler-Schritten, ohne Einheiten; u_rest ist nur, wo V beginnt und wohin es zurückgesetzt wird; es zählt der Wert am Ende eines Schritts',
  },
  seed002: {
    title: 'Text 002',
    description:
      'Der Streifendrucker: ein Zeichen je Schritt, | für einen Spike und _ für keinen; r_i = 10 x der Strom in nA',
  },
  seed003: {
    title: 'Text 003',
    description:
      'Exakte exponentielle Schritte, ein Puls von 300 ms in 500 ms; es zählt der Wert am Ende eines Schritts',
  },
}

export const CELL: Texts<typeof english.CELL> = {
  title: 'Die Zelle und ihre Gleichung',
  picture: (v, i, rate) => `Bild der Zelle: V ${v} mV, Eingangsstrom ${i} nA, ${rate} Hz das Axon entlang.`,
  excites: 'erregt',
  inhibits: 'hemmt',
  axon: 'Axon',
  threshold: mv => `Schwelle ${mv} mV`,
  reset: mv => `Reset ${mv} mV`,
  rest: mv => `Ruhe ${mv} mV`,
  restAndReset: mv => `Ruhe, Reset ${mv} mV`,
  leak: r => `Leck, R ${r} MΩ`,
  noLeak: 'kein Leck',
  refractory: 'refraktär',
  noise: ' + Rauschen',
  noiseOf: mv => ` + Rauschen (σ ${mv})`,
  slope: mvPerMs => `dV/dt = ${mvPerMs} mV/ms`,
  fires: end => `V strebt nach ${end}, über die {threshold|Schwelle}: Es feuert`,
  silent: end => `V strebt nach ${end}, nicht über die {threshold|Schwelle}: Es bleibt stumm`,
  firesByNoise: end =>
    `V strebt nach ${end}, nicht über die {threshold|Schwelle}: Nur {noise|Rauschen} lässt es feuern`,
  risesAlways: 'Ohne {leak|Leck} lässt jeder Strom über 0 es feuern',
  neverRises: 'Ohne {leak|Leck} bleibt V, wo es ist, solange kein Strom fließt',
  paused: 'Angehalten: V bleibt, wo es ist',
  spike: (threshold, reset, held) => `Spike bei ${threshold}, dann V = ${reset}${held === '' ? '' : ` für ${held}`}`,
}

export const GLOSSARY: Texts<typeof english.GLOSSARY> = {
  terms: {
    voltage: [
      'Membranspannung V',
      'Die Spannung an der Membran der Zelle. Der Eingangsstrom treibt sie hoch, das Leck zurück zur Ruhe. Sie ist alles, woran sich das Neuron erinnert.',
    ],
    current: [
      'Eingangsstrom I',
      'Was in die Zelle fließt: vom Drehknopf oder Schieber, von einem Reiz, von Synapsen. Mehr Strom, schnelleres Feuern.',
    ],
    spike: [
      'Spike (Aktionspotential)',
      'Erreicht V die Schwelle, schickt das Neuron einen kurzen Puls das Axon entlang, und V beginnt wieder beim Reset. Alle Spikes sind gleich: Nur ihre Zeitpunkte sagen etwas.',
    ],
    rate: ['Feuerrate f', 'Wie viele Spikes es in einer Sekunde sind: 1 durch das Intervall T zwischen zweien.'],
    interval: [
      'Intervall T (Interspike-Intervall)',
      'Die Zeit von einem Spike zum nächsten: die Refraktärzeit und der Anstieg von V vom Reset zur Schwelle.',
    ],
    threshold: ['Schwelle', 'Die Spannung, bei der das Neuron feuert. Knapp darunter geschieht nichts.'],
    reset: [
      'Reset',
      'Die Spannung, bei der V nach einem Spike neu beginnt. Liegt sie unter der Ruhe, dauert es bis zum nächsten Spike etwas länger.',
    ],
    rest: ['Ruhe (Ruhepotential)', 'Die Spannung, zu der das Leck V zieht: Dort bleibt V, wenn kein Strom fließt.'],
    leak: [
      'Leck',
      'Die Membran ist nicht dicht: Durch sie fließt Strom ab, umso mehr, je weiter V von der Ruhe weg ist. So vergisst das Neuron schwache Eingänge.',
    ],
    resistance: [
      'Membranwiderstand R',
      'Wie gut die Membran den Strom hält. Ein gleichbleibender Strom, der es nicht feuern lässt, hebt V am Ende um R I.',
    ],
    tau: [
      'Membranzeitkonstante τ',
      'Wie träge die Zelle ist: Nach τ hat V 63 % des Wegs zu seinem Ziel zurückgelegt. So lange erinnert sich die Zelle auch an einen Eingang.',
    ],
    capacitance: [
      'Kapazität C',
      'Die Membran speichert Ladung wie ein Kondensator: Je größer C, desto mehr Ladung braucht es für 1 mV.',
    ],
    refractory: [
      'Refraktärzeit',
      'So lange bleibt V nach einem Spike auf dem Reset, und nichts lässt das Neuron feuern. Sie begrenzt die Feuerrate.',
    ],
    noise: [
      'Rauschen',
      'Zufälliges Auf und Ab von V, wie in echten Zellen. σ ist seine Größe. Mit Rauschen feuert das Neuron auch bei Strömen unter der Rheobase, zu unregelmäßigen Zeiten.',
    ],
    rheobase: [
      'Rheobase',
      'Der Strom, der das Neuron gerade noch nicht feuern lässt: Darüber erreicht V früher oder später die Schwelle. Ohne Leck ist sie 0.',
    ],
    fiCurve: [
      'f–I-Kurve',
      'Die Feuerrate f bei jedem gleichbleibenden Strom I. Unter der Rheobase nichts, dann ein steiler Anstieg, dann fast eine Gerade.',
    ],
    cv: [
      'CV, Variationskoeffizient',
      'Wie unregelmäßig die Intervalle sind: ihre Standardabweichung σ durch ihr Mittel. 0 ist ein Uhrwerk, 1 reiner Zufall.',
    ],
    latency: [
      'Latenz',
      'Die Zeit vom Beginn eines Stroms bis zum ersten Spike, aus der Ruhe. Beim Doppelten der Rheobase ist sie τ ln 2.',
    ],
    poisson: [
      'Poisson',
      'Spikes zu zufälligen Zeiten, die nichts voneinander wissen, wie das Knacken eines Geigerzählers.',
    ],
    stimulus: [
      'Reiz',
      'Ein Strom mit bekanntem Verlauf, zusätzlich zum Drehknopf oder an seiner Stelle: eine Stufe, ein Puls, ein Sinus, …',
    ],
    synapse: [
      'Synapse',
      'Wo der Spike eines Neurons auf ein anderes wirkt: Eine erregende schiebt V zur Schwelle hin, eine hemmende von ihr weg.',
    ],
    jump: [
      'Sprung von V (wie ein EPSP)',
      'Jeder ankommende Spike verschiebt V sofort um J. Ein echtes postsynaptisches Potential braucht dafür einige ms. Aus der Ruhe braucht es so viel zum Feuern:',
    ],
    delay: ['Verzögerung', 'Die Zeit vom Spike des Senders, bis er hier wirkt, wie entlang eines echten Axons.'],
    model: [
      'Leaky Integrate-and-fire (LIF)',
      'Die Zelle summiert ihren Eingang (integrate), verliert einen Teil davon (leaky, mit Leck) und gibt an der Schwelle einen Spike ab (fire). Perfekt heißt: ohne Leck.',
    ],
  },
}

export const WALL: Texts<typeof english.WALL> = {
  title: 'Klassenwand',
  page: 'Klassenwand · neurond',
  alive: (alive, all) => `${alive} von ${all} aktiv`,
  spikes: 'Spikes aller Neuronen über der Zeit',
  nav: 'Die ganze Klasse',
  all: {
    pause: 'Alle anhalten',
    run: 'Alle weiter',
    mute: 'Alle stumm',
    unmute: 'Alle mit Ton',
    reset: 'Alle zurücksetzen',
    preset: 'Allen geben',
  },
  preset: 'Vorgabe',
  presetOf: title => `Vorgabe „${title}“`,
  menu: 'Menü',
  window: 'Fenster',
  seconds: s => `${s} s`,
  ago: s => `vor ${s} s`,
  now: 'jetzt',
  dashboard: id => `Seite von ${id}`,
  back: 'Zum Neuron',
  watching:
    'Du siehst zu. Um die Klasse zu steuern, öffne den Link, den das Terminal dieses Neurons zeigt, und komm dann zurück.',
  life: { alive: 'aktiv', silent: 'kein Lebenszeichen', gone: 'weg' },
  rate: hz => `${hz} Hz`,
  paused: 'angehalten',
  muted: 'stumm',
  source: { slider: 'Schieber', lost: 'Drehknopf weg' },
  unknown: 'keine Verbindung',
  speed: speed => `× ${speed}`,
  blink: 'Blinken',
  blinkOf: id => `Die LED von ${id} blinken lassen`,
  details: id => `${id}: Einzelheiten`,
  inactive: { gone: 'Abgeschaltet:', silent: 'Kein Lebenszeichen:' },
  broker: {
    off: 'Es gibt keinen Broker, also auch keine Klasse zu zeigen: Dieses Neuron läuft allein. Gib jedem Neuron die Adresse eines Brokers: --set mqtt.url=mqtt://HOST',
    idle: 'Einen Moment …',
    connecting: url => `Verbindung zum Broker ${url} wird aufgebaut …`,
    offline: (url, why) =>
      `Der Broker ${url} ist nicht erreichbar${why === '' ? '' : `: ${why}`}. Die Neuronen laufen ohne ihn weiter; die Wand versucht es von selbst wieder.`,
    empty: url => `Am Broker ${url} hat sich noch kein Neuron gezeigt.`,
    refused: what => `Der Broker lässt dieses Neuron ${what} nicht lesen.`,
    veiled: ids =>
      `Der Broker verbirgt den Zustand von ${ids} vor diesem Neuron; „neurond acl“ gibt Zugriffsregeln aus, die ihn zeigen.`,
    overflow: n =>
      `${plural(n, '1 weiteres Neuron ist', `${n} weitere Neuronen sind`)} nicht zu sehen: Die Wand ist voll.`,
  },
  join: {
    anywhere: 'Weitere Neuronen kommen mit der Adresse dieses Brokers dazu, jedes unter einem eigenen Namen:',
    local: 'Dieser Broker dient nur diesem Computer. Ein weiteres Neuron auf ihm kommt dazu mit',
    further:
      'Für eine Klasse installiere einen Broker, den jeder Computer erreicht (mosquitto), und starte jedes Neuron, auch dieses, mit seiner Adresse und einem eigenen Namen:',
    command: (id, url) => `neurond --set id=${id} --set mqtt.url=${url}`,
    host: 'mqtt://HOST',
  },
  graph: {
    title: 'Wer mit wem verbunden ist',
    summary: (neurons, synapses) =>
      `Graph: ${formatCount(neurons, 'Neuron', 'Neuronen')}, ${formatCount(synapses, 'Synapse', 'Synapsen')}, unten in der Tabelle aufgeführt.`,
    legend: { excites: 'erregt', inhibits: 'hemmt' },
    hint: 'Klick ein Neuron an, dann ein anderes, um sie zu verbinden.',
  },
  synapses: {
    title: 'Synapsen',
    none: 'Noch keine Synapsen.',
    columns: { which: 'Synapse', weight: 'Gewicht', tau: 'τ', delay: 'Verzögerung', edit: 'Ändern' },
    unknown: ids => `Die Synapsen von ${ids} sind nicht bekannt.`,
    change: 'Ändern',
    changeOf: which => `${which} ändern`,
    remove: 'Entfernen',
    removeOf: which => `${which} entfernen`,
    arrow: { excites: '➝', inhibits: '⊣' },
    verb: { excites: 'erregt', inhibits: 'hemmt' },
  },
  form: {
    add: 'Neue {synapse|Synapse}',
    change: which => `${which} ändern`,
    from: 'Von',
    to: 'Nach',
    effect: 'Wirkung',
    effects: { excites: '➝ erregt', inhibits: '⊣ hemmt' },
    kind: 'Art',
    kinds: { mv: 'Sprung von V', na: 'Strom' },
    weight: 'Gewicht',
    tau: 'Zeitkonstante τ',
    delay: 'Verzögerung',
    submitAdd: 'Hinzufügen',
    submitChange: 'Speichern',
    cancel: 'Abbrechen',
    names: {
      from: 'Von',
      weightMv: 'Gewicht',
      weightNa: 'Gewicht',
      tauMs: 'Zeitkonstante τ',
      delayMs: 'Verzögerung',
    },
    hint: 'Von der Ruhe zur Schwelle sind es üblicherweise 15 mV: Ein größerer Sprung lässt ein ruhendes Neuron bei jedem Spike feuern',
  },
  peer: {
    rate: 'Feuerrate',
    current: 'Eingangsstrom',
    board: 'läuft auf',
    simulated: 'Drehknopf oder LED simuliert',
    life: 'Zustand',
    quiet: s => `stumm: seit ${s} s nichts von ihm gehört, obwohl der Broker es nicht abgemeldet hat`,
    pause: 'Anhalten',
    run: 'Weiter',
    mute: 'LED stumm',
    unmute: 'LED wieder an',
    reset: 'Zurücksetzen',
    preset: 'Diese Vorgabe geben',
    source: 'Strom eingestellt durch',
    sources: {
      knob: 'den Drehknopf',
      slider: 'einen Schieber: Jemand hat übernommen',
      lost: 'nichts: Der Drehknopf antwortet nicht',
    },
    computed: 'V ist aus dem letzten Spike und dem Strom berechnet und weiß nichts von Rauschen und Synapsen.',
    forget: 'Vergessen',
    confirmForget: id =>
      `${id} vergessen? Der Broker behält dann nichts mehr von ihm, und es ist von der Wand aller verschwunden. Kommt es wieder, zeigt es sich von neuem.`,
    open: 'Seine Seite öffnen',
  },
  notice: {
    done: (what, id) => `${what}: ${id}`,
    allDone: (what, n) => `${what}: ${formatCount(n, 'Neuron hat', 'Neuronen haben')} geantwortet.`,
    silent: ids => `Keine Antwort von ${ids}.`,
    refused: (id, why) => `${id}: ${why}`,
    synapseSaved: which => `${which}: verbunden`,
    removed: which => `${which}: entfernt`,
    forgotten: id => `${id}: vergessen`,
  },
}

/** What the program says in sentences of known form; the rest stays as it is. */
export const SENTENCES: readonly Sentence[] = [
  [/\bmust be a whole number above (\S+) to (\S+)/g, 'erlaubt ist eine ganze Zahl über $1 bis $2'],
  [/\bmust be a whole number from (\S+) to (\S+)/g, 'erlaubt ist eine ganze Zahl von $1 bis $2'],
  [/\bmust be a number above (\S+) to (\S+)/g, 'erlaubt ist eine Zahl über $1 bis $2'],
  [/\bmust be a number from (\S+) to (\S+)/g, 'erlaubt ist eine Zahl von $1 bis $2'],
  [/\bmust be a number\b/g, 'erlaubt ist eine Zahl'],
  [/\bmust be one of\b/g, 'erlaubt ist eines von'],
  [/\bmust be a text\b/g, 'erlaubt ist ein Text'],
  [/\bmust be true or false\b/g, 'erlaubt ist true oder false'],
  [
    /\bmust be below (\w+), which is (\S+) mV: at or above it the neuron would spike without end/g,
    'muss unter $1 liegen, das bei $2 mV ist: Darauf oder darüber würde das Neuron ohne Ende feuern',
  ],
  [
    /\bmust be above (\w+), which is (\S+) mV: a threshold at or below the reset would make spike follow spike in no time/g,
    'muss über $1 liegen, das bei $2 mV ist: Läge die Schwelle auf dem Reset oder darunter, folgte Spike auf Spike ohne Pause',
  ],
  [
    /^(\w+) is (\S+): with (\w+) (\S+) a spike leaves (\S+) nA ms behind, more than the (\S+) that charge the membrane from reset to threshold, and the rate would grow without end; choose less, (\w+) below 1 or (\w+) above 0/,
    '$1 ist $2: Mit $3 $4 hinterlässt ein Spike $5 nA ms, mehr als die $6, die die Membran vom Reset zur Schwelle laden, und die Rate würde ohne Ende wachsen; nimm weniger, $7 unter 1 oder $8 über 0',
  ],
  [/\bmust be below (\w+), which is (\S+) nA/g, 'muss unter $1 liegen, das bei $2 nA ist'],
  [/\bmakes tau = R C, which is\b/g, 'ergibt tau = R C, und das ist'],
  [/, the span of the knob: give the knob a wider one by.*$/, ', so weit der Drehknopf reicht'],
  [/\bhas (\d+) numbers, must have (\d+) at the most/g, 'hat $1 Zahlen, erlaubt sind höchstens $2'],
  [/\bmust make (\S+) at the most/g, 'erlaubt sind höchstens $1'],
  [/\bmakes (\S+) ms in all/g, 'ergibt zusammen $1 ms'],
  [/^(\w+) is (?=.*\berlaubt\b|.*\bmuss\b)/, '$1 ist '],
  [/; (\w+) is (?=.*\berlaubt\b|.*\bmuss\b)/g, '; $1 ist '],
  [
    /^the teacher has locked the neuron: wait until it is unlocked/,
    'das Neuron ist gesperrt: Warte, bis deine Lehrkraft es entsperrt',
  ],
  [
    /^control from another machine needs the token: open the link that the terminal shows/,
    'zum Steuern von einem anderen Computer aus öffne den Link, den das Terminal zeigt',
  ],
  [
    /^the neuron has 256 requests to do already; try again in a moment/,
    'das Neuron hat schon 256 Aufträge: Versuch es gleich noch einmal',
  ],
  [
    /^too many requests to other neurons are under way: try again in a moment/,
    'zu viele Anfragen an andere Neuronen sind unterwegs: Versuch es gleich noch einmal',
  ],
  [/^there is no neuron on the broker to ask/, 'am Broker ist kein Neuron, das man fragen könnte'],
  [/^there is no neuron "(.+)" on the broker; known are (.*)/, 'am Broker gibt es kein Neuron „$1“; bekannt sind $2'],
  [
    /^there is no broker to reach other neurons by: set mqtt\.url/,
    'es gibt keinen Broker, über den andere Neuronen zu erreichen wären: Stell mqtt.url ein',
  ],
  [
    /^the broker (\S+) cannot be reached \((.*)\): nobody can be asked/,
    'der Broker $1 ist nicht erreichbar ($2): Niemand kann gefragt werden',
  ],
  [
    /^(\d+) browsers watch already: close one of them, and this one comes in/,
    '$1 Browser sehen schon zu: Schließ einen davon, dann kommt dieser herein',
  ],
  [/^the neuron stops$/, 'das Neuron wird beendet'],
  [
    /^the neuron fires at (\d+) Hz because synapses excite it in a loop: make a weight smaller/,
    'das Neuron feuert mit $1 Hz, weil Synapsen es im Kreis erregen: Verkleinere ein Gewicht',
  ],
  [
    /^more than 1000 spikes a second from (.*): the rest does not arrive/,
    'mehr als 1000 Spikes pro Sekunde von $1: Der Rest kommt nicht an',
  ],
  [
    /^(\d+) synaptic events did not fit into the neuron's queue/,
    '$1 synaptische Ereignisse passten nicht in die Warteschlange des Neurons',
  ],
  [
    /^another neuron on this broker has the id "(.+)" too: give each its own, for example (.*)/,
    'an diesem Broker heißt noch ein Neuron „$1“: Gib jedem einen eigenen Namen, zum Beispiel $2',
  ],
  [
    /^what was changed is not kept for the next start: /,
    'was geändert wurde, bleibt beim nächsten Start nicht erhalten: ',
  ],
  [/\bmust begin with the names of its columns: (\S+)/g, 'am Anfang müssen die Namen der Spalten stehen: $1'],
  [/^is empty, (?=am Anfang)/, 'ist leer, '],
  [/^begins with the line "(.*)", (?=am Anfang)/, 'beginnt mit der Zeile „$1“, '],
  [/^line (\d+): (\w+) is missing, (?=erlaubt)/, 'Zeile $1: $2 fehlt, '],
  [/^line (\d+): (\w+) is (.*), (?=erlaubt)/, 'Zeile $1: $2 ist $3, '],
  [/, written with a point: (\S+)/g, ', mit einem Punkt geschrieben: $1'],
  [
    /^line (\d+): has (\d+) cells, must have (\d+) as the first line has/,
    'Zeile $1: hat $2 Zellen, erlaubt sind $3 wie in der ersten Zeile',
  ],
  [
    /; put semicolons between the columns if the comma is your decimal point/,
    '; setz Strichpunkte zwischen die Spalten, wenn das Komma dein Dezimalzeichen ist',
  ],
  [
    /^line (\d+): t_ms is (\S+), the first row must be at 0: say what flows from the start/,
    'Zeile $1: t_ms ist $2, die erste Zeile muss bei 0 stehen: Sag, was von Anfang an fließt',
  ],
  [/^line (\d+): t_ms is (\S+), must be 0 or later/, 'Zeile $1: t_ms ist $2, erlaubt ist 0 oder später'],
  [
    /^line (\d+): t_ms is (\S+), the same as in the row above it, must be later: one row for each time/,
    'Zeile $1: t_ms ist $2, dasselbe wie in der Zeile darüber, muss später sein: eine Zeile für jede Zeit',
  ],
  [
    /^line (\d+): t_ms is (\S+), must not be before the row above it, (\S+): sort the rows by time/,
    'Zeile $1: t_ms ist $2, darf nicht vor der Zeile darüber liegen, $3: Ordne die Zeilen nach der Zeit',
  ],
  [/^has no names of columns: read as (.*)/, 'hat keine Spaltennamen: gelesen als $1'],
  [/^the last row is at (\S+) ms/, 'die letzte Zeile ist bei $1 ms'],
  [/^"(.*)" is read in its own unit/, '„$1“ ist in seiner eigenen Einheit gelesen'],
  [/^has no rows, must have at least one, at 0 ms/, 'hat keine Zeilen, es muss mindestens eine geben, bei 0 ms'],
]
