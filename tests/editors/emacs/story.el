;;; story.el --- one session of a user in Emacs, step by step  -*- lexical-binding: t -*-
;; The current folder is a copy of the example application. Each step waits for what it wants, never for a time. Runs in a terminal,
;; for Emacs sends edits when it is idle, and without one it never is. What it says goes to the file that $STORY_OUTPUT names.

(require 'eglot)
(require 'flymake)
(require 'seq)

(defvar story-limit 30 "Seconds that a step may wait.")
(defvar story-passed 0)
(defvar story-failed 0)

(defun story-say (&rest words)
  "Write WORDS, a format and its arguments, as a line of the output."
  (append-to-file (concat (apply #'format words) "\n") nil (getenv "STORY_OUTPUT")))

(defmacro story-step (name &rest body)
  "Run BODY and say under NAME how it went; later steps run in any case."
  (declare (indent 1))
  `(condition-case reason
       (progn ,@body (setq story-passed (1+ story-passed)) (story-say "ok    %s" ,name))
     (error (setq story-failed (1+ story-failed)) (story-say "FAIL  %s\n      %s" ,name (error-message-string reason)))))

(defun story-send-edits ()
  "Send the edits of all buffers, as eglot does when Emacs is idle: within a running function it never is."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (eglot-managed-p) (eglot--signal-textDocument/didChange)))))

(defun story-expect (wanted observe)
  "Wait until OBSERVE gives something equal to WANTED."
  (let ((end (+ (float-time) story-limit)) (seen nil))
    (while (and (not (equal (setq seen (funcall observe)) wanted)) (< (float-time) end))
      (story-send-edits)
      (sit-for 0.05))
    (unless (equal seen wanted)
      (error "wanted %S, saw %S" wanted seen))))

(defun story-findings (buffer)
  "The findings of BUFFER: line, text below the squiggle, and the kind."
  (with-current-buffer buffer
    (let ((found (seq-sort-by #'flymake-diagnostic-beg #'< (flymake-diagnostics))))
      (mapcar (lambda (finding)
                (list (line-number-at-pos (flymake-diagnostic-beg finding))
                      (buffer-substring-no-properties (flymake-diagnostic-beg finding) (flymake-diagnostic-end finding))
                      (flymake-diagnostic-type finding)))
              found))))

(defun story-open (name)
  "Open the file NAME in a buffer that eglot manages, as after \\[eglot]."
  (let ((buffer (find-file-noselect name)))
    (with-current-buffer buffer
      (story-expect t (lambda ()
                        (unless (eglot-managed-p)
                          (apply #'eglot (let ((noninteractive t)) (eglot--guess-contact))))
                        (and (eglot-managed-p) t)))
      (flymake-mode 1)
      (flymake-start))
    buffer))

(defun story-apply (buffer line title)
  "Apply the action at the finding on LINE of BUFFER whose title begins with TITLE."
  (with-current-buffer buffer
    (goto-char (point-min))
    (forward-line (1- line))
    (let* ((finding (car (seq-filter (lambda (one) (= line (line-number-at-pos (flymake-diagnostic-beg one)))) (flymake-diagnostics))))
           (beg (flymake-diagnostic-beg finding))
           (end (flymake-diagnostic-end finding))
           (actions (jsonrpc-request
                     (eglot--current-server-or-lose) :textDocument/codeAction
                     (list :textDocument (eglot--TextDocumentIdentifier)
                           :range (list :start (eglot--pos-to-lsp-position beg) :end (eglot--pos-to-lsp-position end))
                           :context '(:diagnostics []))))
           (action (seq-find (lambda (one) (string-prefix-p title (plist-get one :title))) actions)))
      (unless action (error "no %s among %S" title (mapcar (lambda (one) (plist-get one :title)) actions)))
      (eglot--apply-workspace-edit (plist-get action :edit)))))

(defvar story-app nil)
(defvar story-config nil)
(defvar story-requirements nil)
(setq make-backup-files nil create-lockfiles nil eglot-confirm-server-initiated-edits nil)

(story-step "app.py: rq.job is underlined as an error"
  (setq story-app (story-open "app.py"))
  (story-expect '((7 "rq.job" eglot-error)) (lambda () (story-findings story-app))))

(story-step "requirements.txt has its mode, and the same server"
  (setq story-requirements (story-open "requirements.txt"))
  (with-current-buffer story-requirements
    (unless (derived-mode-p 'pip-requirements-mode) (error "the mode is %s" major-mode)))
  (story-expect '((6 "celery==5.3.4" eglot-warning)) (lambda () (story-findings story-requirements)))
  (unless (eq (with-current-buffer story-app (eglot-current-server)) (with-current-buffer story-requirements (eglot-current-server)))
    (error "there are two servers")))

(story-step "rq_config.py: redis and rq are underlined"
  (setq story-config (story-open "rq_config.py"))
  (story-expect '((5 "redis" eglot-error) (6 "rq" eglot-error)) (lambda () (story-findings story-config))))

(story-step "the action adds redis to the buffer of requirements.txt, and the finding goes"
  (story-apply story-config 5 "Add redis==5.0.1")
  (story-expect '((6 "rq" eglot-error)) (lambda () (story-findings story-config)))
  (with-current-buffer story-requirements
    (unless (string-suffix-p "celery==5.3.4\nredis==5.0.1\n" (buffer-string)) (error "%s" (buffer-string)))))

(story-step "the action that adds rq clears both importers"
  (story-apply story-app 7 "Add rq")
  (story-expect '(nil nil) (lambda () (list (story-findings story-app) (story-findings story-config)))))

(story-step "undo in requirements.txt brings the findings back"
  (with-current-buffer story-requirements
    (revert-buffer t t t)
    (story-expect t (lambda () (and (eglot-managed-p) t))))
  (story-expect '(((7 "rq.job" eglot-error)) ((5 "redis" eglot-error) (6 "rq" eglot-error)))
                (lambda () (list (story-findings story-app) (story-findings story-config)))))

(story-step "an import of celery, typed and not saved, clears the unused pin"
  (with-current-buffer story-app
    (goto-char (point-max))
    (insert "\nimport celery\n"))
  (story-expect nil (lambda () (story-findings story-requirements)))
  (with-current-buffer story-app
    (revert-buffer t t t))
  (story-expect '((6 "celery==5.3.4" eglot-warning)) (lambda () (story-findings story-requirements))))

(story-step "changed settings are taken"
  (with-current-buffer story-app
    (let ((eglot-workspace-configuration '(:pinlens (:keep ["celery"]))))
      (setq-default eglot-workspace-configuration eglot-workspace-configuration)
      (eglot-signal-didChangeConfiguration (eglot-current-server))
      (story-expect nil (lambda () (story-findings story-requirements))))))

(story-step "reconnecting starts another process that finds the same"
  (setq-default eglot-workspace-configuration nil)
  (with-current-buffer story-app
    (eglot-reconnect (eglot-current-server))
    (story-expect t (lambda () (and (eglot-managed-p) t)))
    (flymake-start))
  (story-expect '((7 "rq.job" eglot-error)) (lambda () (story-findings story-app))))

(story-say "%d passed, %d failed" story-passed story-failed)
(kill-emacs (if (= story-failed 0) 0 1))
;;; story.el ends here
