// Reduces a PNG to a palette in the browser: the most frequent colours, every other pixel takes the nearest of them.
async ([png, most]) => {
  const picture = new Image();
  picture.src = "data:image/png;base64," + png;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const brush = canvas.getContext("2d");
  brush.drawImage(picture, 0, 0);
  const data = brush.getImageData(0, 0, picture.width, picture.height).data;
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  // Frequent colours first, but no two that the eye cannot tell apart, so that rare strong colours keep a place.
  const apart = (one, other) =>
    ((one >> 16) - (other >> 16)) ** 2 + (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 + ((one & 255) - (other & 255)) ** 2;
  const chosen = [];
  for (const [colour] of [...counts].sort((one, other) => other[1] - one[1])) {
    if (chosen.length === most) break;
    if (chosen.length < 16 || chosen.every((other) => apart(colour, other) > 150)) chosen.push(colour);
  }
  const place = new Map();
  for (const colour of counts.keys()) {
    let best = 0;
    for (let at = 1; at < chosen.length; at += 1) if (apart(colour, chosen[at]) < apart(colour, chosen[best])) best = at;
    place.set(colour, best);
  }
  let pixels = "";
  for (let at = 0; at < data.length; at += 4) pixels += String.fromCharCode(place.get((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]));
  return JSON.stringify({
    width: picture.width,
    palette: chosen.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]),
    pixels: btoa(pixels),
  });
}
