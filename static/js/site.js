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

  // A moment's work by the ALTCHA protocol, so that a flood becomes dear: find a counter whose derived key begins as
  // asked. Without it a form is taken all the same.
  var working = document.querySelector("form[data-challenge]");
  if (working && window.crypto && window.crypto.subtle) {
    solve(JSON.parse(working.dataset.challenge), working.elements.altcha);
  }

  function solve(challenge, field) {
    var asked = challenge.parameters;
    var nonce = fromHex(asked.nonce);
    var password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    var rule = { name: "PBKDF2", hash: asked.algorithm.split("/")[1], salt: fromHex(asked.salt), iterations: asked.cost };
    var started = Date.now();
    var search = function (counter) {
      new DataView(password.buffer).setUint32(nonce.length, counter);
      window.crypto.subtle
        .importKey("raw", password, "PBKDF2", false, ["deriveBits"])
        .then(function (key) {
          return window.crypto.subtle.deriveBits(rule, key, asked.keyLength * 8);
        })
        .then(function (bits) {
          var found = toHex(new Uint8Array(bits));
          if (found.indexOf(asked.keyPrefix) !== 0) {
            search(counter + 1);
            return;
          }
          var solution = { counter: counter, derivedKey: found, time: Date.now() - started };
          field.value = window.btoa(JSON.stringify({ challenge: challenge, solution: solution }));
        });
    };
    search(0);
  }

  function fromHex(text) {
    return new Uint8Array(
      text.match(/../g).map(function (pair) {
        return parseInt(pair, 16);
      })
    );
  }

  function toHex(bytes) {
    return Array.from(bytes, function (byte) {
      return ("0" + byte.toString(16)).slice(-2);
    }).join("");
  }

  // Printing is offered only where it works.
  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
