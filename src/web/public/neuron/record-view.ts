/** The panel of recordings: start, stop, download, replay. */
import { html, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { isLocked } from '../lesson/locks.ts'
import { downloadFile } from '../shared/download.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatFixed } from '../shared/number-format.ts'
import type { NeuronActions } from './actions.ts'
import { CSV_FORMATS, type CsvFormat } from './data/csv-format.ts'
import {
  durationS,
  fileName,
  jsonLines,
  missingSpikes,
  type NeuronRecording,
  spikesCsv,
  traceCsv,
} from './data/recording.ts'
import { mayControl, type NeuronPageModel } from './model.ts'

const words = WORDS.record

export function recordView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { recording, recordings } = model
  const name = html`<label class="line">${words.name}
    <input id="recording-name" type="text" maxlength="60" .value=${model.recordingName} ?disabled=${recording !== undefined}
      @input=${(event: Event) => {
        model.recordingName = inputText(event)
      }}></label>`
  return html`${name}
    <div class="buttons">${
      recording
        ? html`<button id="stop-recording" class="main on" @click=${actions.recording.stop}>${words.stop}</button>
            <span role="status">${words.running(recording.spikes.length, formatFixed(durationS(recording), 0))}</span>`
        : html`<button id="start-recording" class="main" @click=${actions.recording.start}>${words.start}</button>`
    }</div>
    ${refusalView(model.notice || undefined)}
    ${recordings.length === 0 && !recording ? html`<p class="hint">${words.none}</p>` : ''}
    <label class="line">${words.format}
      <select id="csv-format" @change=${(event: Event) => actions.setCsvFormat(inputText(event) as CsvFormat)}>
        ${CSV_FORMATS.map(
          format =>
            html`<option value=${format} .selected=${live(format === model.csvFormat)}>${words.formats[format]}</option>`,
        )}
      </select></label>
    <ul class="recordings">${recordings.map(one => recordingRow(one, model, actions))}</ul>`
}

function recordingRow(
  recording: NeuronRecording,
  model: NeuronPageModel,
  { stimulus, recording: recordingActions }: NeuronActions,
): TemplateResult {
  const { name, spikes } = recording
  const missing = missingSpikes(recording)
  const isPlaying = model.replayed === recording && model.state?.stimulated
  const download = (what: string, type: string, make: (from: NeuronRecording, format: CsvFormat) => string) => () =>
    downloadFile(fileName(name, what), new Blob([make(recording, model.csvFormat)], { type }))
  return html`<li>
    <strong>${name}</strong>
    <span class="hint">${words.summary(spikes.length, formatFixed(durationS(recording), 1))}${missing > 0 ? words.missing(missing) : ''}</span>
    <div class="buttons">
      <button @click=${download('spikes.csv', 'text/csv', spikesCsv)}>${words.spikes}</button>
      <button @click=${download('trace.csv', 'text/csv', traceCsv)}>${words.trace}</button>
      <button @click=${download('all.jsonl', 'application/jsonl', jsonLines)}>${words.all}</button>
      <button ?disabled=${!mayControl(model) || isLocked(model.lesson.running, 'stim')} @click=${() => (isPlaying ? stimulus.stop() : recordingActions.replay(recording))}>
        ${isPlaying ? words.stopReplay : words.replay}</button>
      <button class="quiet" @click=${() => recordingActions.remove(recording)}>${words.remove}</button>
    </div>
  </li>`
}
