const offKey = 'signalbox.sound.off'

/** Whether an alert is to be heard. */
export function soundOn(): boolean {
  return localStorage.getItem(offKey) === null
}

export function setSoundOn(on: boolean): void {
  if (on) localStorage.removeItem(offKey)
  else localStorage.setItem(offKey, '1')
}

let audio: AudioContext | undefined

/** Two soft tones, made here: no file has to come first. Browsers keep silent until the user has touched the page. */
export function ring(): void {
  if (!soundOn()) return
  audio ??= new AudioContext()
  if (audio.state === 'suspended') {
    void audio.resume()
    return
  }
  const startS = audio.currentTime
  for (const [index, frequency] of [659, 880].entries()) {
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    const atS = startS + index * 0.18
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0, atS)
    volume.gain.linearRampToValueAtTime(0.12, atS + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, atS + 0.4)
    tone.connect(volume).connect(audio.destination)
    tone.start(atS)
    tone.stop(atS + 0.42)
  }
}
