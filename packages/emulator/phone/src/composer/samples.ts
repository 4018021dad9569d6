/** Things to send for those who have nothing at hand. The harbour of Lisbon stands for a place. */
export const SAMPLE_LOCATION = {
  latitude: 38.70615,
  longitude: -9.14523,
  name: 'Cais do Sodré',
  address: 'Lisbon, Portugal',
};

export const SAMPLE_CONTACT = { name: 'Marta Costa', phone: '+351912345678' };

export const SAMPLE_NOTE = 'Order 1042\n\n2 × rope, 10 m\n1 × lantern, brass\n\nDeliver to pier 4.\n';

const WIDTH = 960;
const HEIGHT = 640;

/** A small drawing of a quay at dusk, made here so that the page ships no photograph. */
export async function drawSamplePhoto(): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d');
  if (pen) paintQuay(pen);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The browser could not draw the photo.'))),
      'image/jpeg',
      0.86,
    );
  });
}

function paintQuay(pen: CanvasRenderingContext2D): void {
  const sky = pen.createLinearGradient(0, 0, 0, HEIGHT);
  for (const [stop, colour] of [
    [0, '#20405c'],
    [0.45, '#e48a5b'],
    [0.6, '#f6d08a'],
    [0.601, '#27647a'],
    [1, '#0d2e3f'],
  ] as const) {
    sky.addColorStop(stop, colour);
  }
  pen.fillStyle = sky;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.fillStyle = '#fff1c9';
  pen.beginPath();
  pen.arc(640, 350, 46, 0, Math.PI * 2);
  pen.fill();
  paintBoat(pen);
  pen.fillStyle = '#241b17';
  pen.fillRect(0, 560, WIDTH, 80);
  for (let x = 30; x < WIDTH; x += 150) pen.fillRect(x, 500, 26, 90);
}

function paintBoat(pen: CanvasRenderingContext2D): void {
  pen.fillStyle = '#1a2b33';
  pen.beginPath();
  pen.moveTo(180, 430);
  pen.lineTo(470, 430);
  pen.lineTo(420, 490);
  pen.lineTo(220, 490);
  pen.fill();
  pen.fillStyle = '#f7efe2';
  pen.beginPath();
  pen.moveTo(320, 190);
  pen.lineTo(440, 415);
  pen.lineTo(320, 415);
  pen.moveTo(305, 230);
  pen.lineTo(305, 415);
  pen.lineTo(210, 415);
  pen.fill();
}
