/** Start, stop, download, replay. */
import { html, type TemplateResult } from 'lit-html'
import { save } from '../shared/download.ts'
import { WORDS } from '../shared/words.ts'
import { durationS, fileName, jsonLines, missingSpikes, type Recording, spikesCsv, traceCsv } from './data/recording.ts'
import type { Model } from './model.ts'
import { refusal, textOf } from './neuron-view.ts'
import type { Experiments } from './stimulus-actions.ts'

const words = WORDS.record

export function recordView(model: Model, experiments: Experiments): TemplateResult {
  const { recording, recordings } = model
  const name = html`<label class="line">${words.name}
    <input id="recording-name" type="text" maxlength="60" .value=${model.recordingName} ?disabled=${recording !== undefined}
      @input=${(event: Event) => {
        model.recordingName = textOf(event)
      }}></label>`
  return html`${name}
    <div class="buttons">${
      recording
        ? html`<button id="stop-recording" class="main on" @click=${experiments.stopRecording}>${words.stop}</button>
            <span role="status">${words.running(recording.spikes.length, durationS(recording).toFixed(0))}</span>`
        : html`<button id="start-recording" class="main" @click=${experiments.startRecording}>${words.start}</button>`
    }</div>
    ${refusal(model.notice || undefined)}
    ${recordings.length === 0 && !recording ? html`<p class="hint">${words.none}</p>` : ''}
    <ul class="recordings">${recordings.map(one => recordingRow(one, model, experiments))}</ul>`
}

function recordingRow(recording: Recording, model: Model, experiments: Experiments): TemplateResult {
  const { name, spikes } = recording
  const missing = missingSpikes(recording)
  const isPlaying = model.replayed === recording && model.state?.stimulated
  const download = (what: string, type: string, make: (from: Recording) => string) => () =>
    save(fileName(name, what), new Blob([make(recording)], { type }))
  return html`<li>
    <strong>${name}</strong>
    <span class="hint">${words.summary(spikes.length, durationS(recording).toFixed(1))}${missing > 0 ? words.holes(missing) : ''}</span>
    <div class="buttons">
      <button @click=${download('spikes.csv', 'text/csv', spikesCsv)}>${words.spikes}</button>
      <button @click=${download('trace.csv', 'text/csv', traceCsv)}>${words.trace}</button>
      <button @click=${download('all.jsonl', 'application/jsonl', jsonLines)}>${words.all}</button>
      <button data-control @click=${() => (isPlaying ? experiments.stop() : experiments.replay(recording))}>
        ${isPlaying ? words.stopReplay : words.replay}</button>
      <button class="quiet" @click=${() => experiments.removeRecording(recording)}>${words.remove}</button>
    </div>
  </li>`
}
