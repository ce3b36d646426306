
'use strict';
(() => {
  const list = document.getElementById('changes');
  const search = document.getElementById('search');
  const matches = document.getElementById('matches');
  const nothing = document.getElementById('nothing');
  const items = Array.from(list.children, (element) => ({
    element,
    details: element.firstElementChild,
    kind: element.className,
    module: element.dataset.module,
    text: null,
    shown: true,
  }));
  const filters = Array.from(document.querySelectorAll('.filter'));
  const modules = Array.from(document.querySelectorAll('nav button'));
  let module = '';

  // Lines of a diff in the colour of their symbol; done when a change is first opened.
  const lineClass = (line) => {
    const text = line.trimStart();
    if (text.startsWith('#')) return 'com';
    if (/^(\+ |\+\/-|<= )/.test(text)) return 'add';
    if (/^(- |-\/\+)/.test(text)) return 'del';
    if (text.startsWith('~ ')) return 'chg';
    return '';
  };
  const colour = (pre) => {
    if (pre.dataset.done) return;
    pre.dataset.done = 'yes';
    const lines = pre.textContent.split('\n');
    pre.textContent = '';
    const mark = '# forces replacement';
    for (const line of lines) {
      const span = document.createElement('span');
      span.className = lineClass(line);
      const at = line.indexOf(mark);
      span.textContent = at < 0 ? line : line.slice(0, at);
      pre.append(span);
      if (at >= 0) {
        const force = document.createElement('span');
        force.className = 'force';
        force.textContent = line.slice(at);
        pre.append(force);
      }
      pre.append('\n');
    }
  };
  list.addEventListener('toggle', (event) => {
    const pre = event.target.querySelector('pre');
    if (event.target.open && pre) colour(pre);
  }, true);
  document.querySelectorAll('pre.outputs').forEach(colour);

  const inModule = (item) =>
    module === '' || item.module === module || item.module.startsWith(module + '.');
  const apply = () => {
    const on = new Set(filters.filter((f) => f.getAttribute('aria-pressed') === 'true').map((f) => f.dataset.kind));
    const wanted = search.value.trim().toLowerCase();
    let count = 0;
    // Off the page meanwhile: browsers take very long over thousands of changes that they can see.
    const place = list.nextSibling;
    const around = list.parentNode;
    const scrolled = window.scrollY;
    list.remove();
    for (const item of items) {
      let shown = on.has(item.kind) && inModule(item);
      if (shown && wanted) {
        if (item.text === null) item.text = item.element.textContent.toLowerCase();
        shown = item.text.includes(wanted);
      }
      if (shown !== item.shown) item.element.hidden = !shown;
      item.shown = shown;
      if (shown) count += 1;
    }
    around.insertBefore(list, place);
    window.scrollTo(0, scrolled);
    matches.textContent = count === items.length ? '' : count + ' of ' + items.length + ' shown';
    nothing.hidden = count > 0 || items.length === 0;
  };
  for (const filter of filters)
    filter.addEventListener('click', () => {
      filter.setAttribute('aria-pressed', String(filter.getAttribute('aria-pressed') !== 'true'));
      apply();
    });
  for (const button of modules)
    button.addEventListener('click', () => {
      module = button.dataset.module;
      for (const other of modules) other.setAttribute('aria-pressed', String(other === button));
      apply();
    });
  let timer = 0;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  });

  const step = (forward) => {
    const shown = items.filter((item) => item.shown);
    if (shown.length === 0) return;
    const here = shown.findIndex((item) => item.element.contains(document.activeElement));
    const next = here < 0 ? (forward ? 0 : shown.length - 1) : here + (forward ? 1 : -1);
    const target = shown[Math.max(0, Math.min(shown.length - 1, next))];
    target.details.firstElementChild.focus();
    target.element.scrollIntoView({ block: 'nearest' });
  };
  const openAll = () => {
    const shown = items.filter((item) => item.shown).slice(0, 200);
    const open = !shown.every((item) => item.details.open);
    for (const item of shown) item.details.open = open;
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      search.value = '';
      search.blur();
      apply();
      return;
    }
    if (event.target === search) return;
    const keys = { '/': () => search.focus(), j: () => step(true), k: () => step(false), e: openAll };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  // The picture is dragged with the mouse, as maps are.
  const canvas = document.querySelector('.canvas');
  if (canvas) {
    let from = null;
    canvas.addEventListener('pointerdown', (event) => {
      from = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!from || event.buttons !== 1) return;
      canvas.scrollLeft = from.x - event.clientX;
      canvas.scrollTop = from.y - event.clientY;
    });
  }
  document.documentElement.classList.add('script');
})();
