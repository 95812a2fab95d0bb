"""Files of a browser's own recorder: a canvas and a tone, recorded by MediaRecorder in Chromium."""

import base64
import itertools

import av

CODECS = {"vp8": "webm", "vp9": "webm", "av1": "webm", "h264": "webm", "avc1.42E01E": "mp4"}
RATES = (1, 30)
SECONDS = {1: 2.6, 30: 1.6}

RECORD = """
async ({type, rate, withSound, seconds}) => {
  if (!MediaRecorder.isTypeSupported(type)) return null;
  const canvas = document.createElement('canvas');
  canvas.width = 160; canvas.height = 90; document.body.append(canvas);
  const pen = canvas.getContext('2d');
  let count = 0;
  const draw = () => { pen.fillStyle = `hsl(${count++ * 7 % 360} 80% 50%)`; pen.fillRect(0, 0, 160, 90); };
  draw();
  const stream = canvas.captureStream(rate);
  const timer = setInterval(draw, 1000 / rate);
  if (withSound) {
    const context = new AudioContext(), tone = context.createOscillator();
    const target = context.createMediaStreamDestination();
    tone.connect(target); tone.start();
    stream.addTrack(target.stream.getAudioTracks()[0]);
  }
  const parts = [], recorder = new MediaRecorder(stream, {mimeType: type});
  recorder.ondataavailable = event => parts.push(event.data);
  const stopped = new Promise(done => { recorder.onstop = done; });
  recorder.start();
  await new Promise(done => setTimeout(done, seconds * 1000));
  recorder.stop(); await stopped; clearInterval(timer);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}"""
RECORD_ALL = f"orders => {{ const record = {RECORD}; return Promise.all(orders.map(record)); }}"
TRIES = 3


def record(chromium, folder):
    """Record a film in every codec, at every rate, with and without sound; return {(codec, rate, sound): path}.

    A codec that this Chromium can't write is left out. A recorder that was given no time to write two pictures, as on
    a very busy machine, is asked again and for longer.
    """
    context = chromium.new_context()
    page = context.new_page()
    page.set_content("<body>")
    page.mouse.click(5, 5)  # without a gesture no sound
    found = {}
    for codec, box in CODECS.items():
        # Chromium has no AAC to go into an MP4.
        kinds = list(itertools.product([codec], RATES, (False, True) if box == "webm" else (False,)))
        for longer in range(1, TRIES + 1):
            made = page.evaluate(RECORD_ALL, [_order(*kind, longer) for kind in kinds])
            for kind, data in zip(list(kinds), made, strict=True):
                path = folder / f"{kind[0]}-{kind[1]}-{'sound' if kind[2] else 'silent'}.{box}"
                path.write_bytes(base64.b64decode(data or ""))
                if data is None or _pictures(path) >= 2:
                    kinds.remove(kind)
                if data:
                    found[kind] = path
    context.close()
    return found


def _order(codec, rate, with_audio, longer):
    kind = f"video/{CODECS[codec]};codecs={codec}{',opus' if with_audio else ''}"
    return {"type": kind, "rate": rate, "withSound": with_audio, "seconds": SECONDS[rate] * longer}


def _pictures(path):
    try:
        with av.open(str(path)) as container:
            return sum(bool(packet.size) for packet in container.demux(video=0))
    except (av.FFmpegError, IndexError):
        return 0
