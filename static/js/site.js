// Enhancement only: every page works without this file.
(function () {
  "use strict";

  // The error summary takes the focus, so that a screen reader begins with it.
  var summary = document.querySelector(".error-summary");
  if (summary) {
    summary.focus();
  }

  // A second press on a submit button within five seconds does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var now = Date.now();
    if (form.method === "post" && now - Number(form.dataset.sent || 0) < 5000) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = String(now);
  });

  // Coming back by the browser's own button makes the form ready again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });

  // Changes that were not submitted are not lost without a question (data-unsaved forms only).
  var changed = false;
  document.addEventListener("input", function (event) {
    if (event.target.closest("form[data-unsaved]")) {
      changed = true;
    }
  });
  document.addEventListener("submit", function () {
    changed = false;
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed) {
      event.preventDefault();
    }
  });

  // The session is about to end: say so in time, the page's own link extends it (WCAG 2.2.1).
  var warning = document.querySelector("[data-session-warning]");
  if (warning) {
    window.setTimeout(function () {
      warning.hidden = false;
    }, Number(warning.dataset.sessionWarning) * 1000);
  }

  // A moment's work, so that a flood becomes dear: find a number whose hash begins with zeros. Without it a form is
  // taken all the same.
  var working = document.querySelector("form[data-work]");
  if (working && window.crypto && window.crypto.subtle) {
    var bits = Number(working.dataset.workBits);
    var search = function (nonce) {
      var text = new TextEncoder().encode(working.dataset.work + ":" + nonce);
      window.crypto.subtle.digest("SHA-256", text).then(function (digest) {
        if (new DataView(digest).getUint32(0) >>> (32 - bits) === 0) {
          working.elements.work.value = String(nonce);
        } else {
          search(nonce + 1);
        }
      });
    };
    search(0);
  }

  // Printing is offered only where it works.
  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
