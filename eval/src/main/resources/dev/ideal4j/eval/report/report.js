'use strict';
(() => {
  const root = document.documentElement;
  document.getElementById('theme').addEventListener('click', () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });

  const products = [...document.querySelectorAll('section.product')];
  const step = by => {
    const line = innerHeight / 3;
    const current = products.filter(section => section.getBoundingClientRect().top < line).length - 1;
    const next = products[Math.max(0, Math.min(products.length - 1, current + by))];
    if (next) {
      next.scrollIntoView();
      next.focus({ preventScroll: true });
    }
  };

  const wide = () => document.querySelectorAll('.scroll').forEach(table =>
    table.classList.toggle('wide', table.scrollLeft + table.clientWidth < table.scrollWidth - 2));
  addEventListener('resize', wide);
  document.addEventListener('scroll', wide, true);
  wide();

  const viewer = document.getElementById('viewer');
  const images = [...document.querySelectorAll('.zoom img')];
  let shown = 0;
  const show = index => {
    shown = (index + images.length) % images.length;
    viewer.querySelector('img').src = images[shown].src;
    viewer.querySelector('img').alt = images[shown].alt;
    viewer.querySelector('p').textContent = images[shown].alt;
  };
  images.forEach((image, index) => image.parentElement.addEventListener('click', () => {
    show(index);
    viewer.showModal();
  }));
  viewer.querySelector('button').addEventListener('click', () => viewer.close());
  viewer.addEventListener('click', event => {
    if (event.target === viewer) {
      viewer.close();
    }
  });

  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (viewer.open) {
      if (event.key === 'ArrowRight') {
        show(shown + 1);
      } else if (event.key === 'ArrowLeft') {
        show(shown - 1);
      }
    } else if (event.key === 'j') {
      step(1);
    } else if (event.key === 'k') {
      step(-1);
    }
  });
})();
