// A click on a moment plays the recording of its call from there and no other; the line that plays is marked.
for (const call of document.querySelectorAll("article")) {
  const audio = call.querySelector("audio");
  if (!audio) continue;
  for (const mark of call.querySelectorAll("[data-at]")) {
    mark.addEventListener("click", () => { audio.currentTime = mark.dataset.at / 1000; audio.play(); });
  }
  audio.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
  });
  const lines = [...call.querySelectorAll(".line[data-at]")];
  const head = call.querySelector(".head");
  audio.addEventListener("timeupdate", () => {
    const now = audio.currentTime * 1000;
    head.style.left = Math.min(100, 100 * now / call.dataset.length) + "%";
    for (const line of lines) line.classList.toggle("now", now >= line.dataset.at && now < line.dataset.until);
  });
}
