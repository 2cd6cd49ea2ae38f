/** What stands in a recording, and how it is made. */
export const RECORD_HELP = `
Columns, in .jsonl keys of each line (there t_us is called tUs, and late and healed are true or false):
  neuron  its id
  boot    drawn at each start of the neuron; with seq it names a spike for ever
  seq     number of the spike, from 1 at each start
  t_us    when V crossed the threshold: µs since 1970 on the clock of the neuron, exact inside the step
  speed   model ms per wall ms: 1 is real time, 0.1 is ten times slow motion
  late    1: history, because it flashed more than 10 ms after t_us (a stall), was told more than 1 s after it, or was
          asked for again; t_us is exact all the same
  healed  1: it was lost on the way and asked for again; it stands where it arrived, so sort by neuron, boot and seq
What is lost for good stands in the file too: as "# lost: neuron,boot,from-to,why", or {"lost":…}.

Examples:
  neurond record -o monday.csv                                  until Ctrl-C
  neurond record mqtt://raspberrypi.local -o class.jsonl -d 600 ten minutes of a class
  neurond record -o - | head                                    to look at
`
