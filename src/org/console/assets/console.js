// What script adds to pages that work without it: buttons that copy, and the slider's figure as it moves.
'use strict';

for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      button.textContent = 'Selected';
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}

for (const slider of document.querySelectorAll('[data-shows]')) {
  const output = document.getElementById(slider.dataset.shows);
  slider.addEventListener('input', () => { output.textContent = `${slider.value} %`; });
}
