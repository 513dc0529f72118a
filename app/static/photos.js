/* A photo is made small and upright before it goes over the line: seconds instead of minutes on a bad one. Whatever the
   browser cannot do, the server does in any case. */
(function () {
  "use strict";
  const SIDE = 1600, SMALL = 600000;

  async function smaller(photo) {
    const picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  }
  async function shrink(input) {
    const photo = input.files[0];
    if (!photo || photo.size < SMALL || !/^image\/(jpeg|png|webp)$/.test(photo.type)) return;
    try {
      const small = await smaller(photo);
      if (!small || small.size >= photo.size || input.files[0] !== photo) return;
      const bag = new DataTransfer();
      bag.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
      input.files = bag.files;
    } catch (unreadable) { /* then it goes as it is */ }
  }
  if (!window.createImageBitmap || !window.DataTransfer) return;
  document.addEventListener("change", (event) => { if (event.target.type === "file") shrink(event.target); });
})();
