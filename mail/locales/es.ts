import type { Words } from './words.ts';

export const es: Words = {
  dates: 'es-u-nu-latn-ca-gregory',
  lang: 'es',
  dir: 'ltr',
  subject: 'Hay un mensaje para usted',
  senderName: 'Mensajes',
  greeting: 'Reciba un saludo:',
  reminder: 'Esto es un recordatorio. Aún no hemos recibido su respuesta. Si acaba de responder, gracias: no hace falta nada más.',
  reason: {
    ACKNOWLEDGED: 'Su mensaje nos ha llegado. Una persona de nuestro equipo lo está leyendo y volverá a escribirle.',
    CONSENT:
      'Hay una pregunta que solo usted puede responder. La decisión es suya, punto por punto, y podrá cambiar de opinión más adelante.',
    ADVICE:
      'Nos gustaría conocer su opinión sobre un asunto que pide cuidado. Leer y responder lleva unos minutos, también desde un teléfono.',
    APPROVAL:
      'Hay un texto que nos gustaría que leyera antes de que se haga nada con él. Puede aceptarlo o rechazarlo; si lo rechaza, puede decir qué debería cambiar.',
    SIGN_ON: 'Invitamos a su organización a tomar una decisión sobre un texto. Es libre de decir que sí, de declinar o de esperar.',
    REFERRAL: 'Nos gustaría saber si su organización puede ayudar en algo. La página explica lo que se necesita.',
    REFERRAL_REVOKED: 'Una petición que le habíamos enviado ha sido retirada. Su enlace ya no se abre. Gracias por su tiempo.',
    HELP: 'Nos gustaría saber si le ha llegado lo que esperaba. Basta con elegir una de las respuestas.',
    REVIEW: 'Nos gustaría saber cómo están las cosas ahora. Basta con una respuesta breve.',
    RECEIPT: 'Hemos recibido su respuesta. La página muestra lo que se anotó. Si no fue usted quien respondió, avísenos de inmediato.',
    OUTCOME: 'Hay noticias sobre algo en lo que participó. Gracias por haber formado parte.',
    TASK: 'Una tarea de su lista sigue abierta y su plazo está corriendo.',
    TASK_ESCALATED: 'Una tarea que no se terminó a tiempo pasa ahora a usted. Por favor, consulte la lista de tareas.',
    TASK_RAISED: 'Algo en un asunto que usted atiende le necesita ahora. Por favor, consulte la lista de tareas.',
    WITHDRAWN: 'Algo en lo que participó se ha detenido. Su participación ya no se utiliza. Gracias por su apoyo.',
    KEY_INVITED:
      'Queremos escribirle de una forma que nadie más pueda leer. Para ello usted crea una clave propia, en una página que lleva dos minutos.',
    KEY_EXPIRES:
      'La clave con la que se sellan nuestros mensajes para usted llega a su fin. Cree una nueva, por favor, para que los mensajes puedan seguir llegándole.',
    KEY_CHANGED:
      'Se ha añadido o cambiado una clave para los mensajes dirigidos a usted. Si fue usted, no hay nada que hacer. Si no fue usted, díganoslo enseguida por la vía que ya conoce.',
    ADDRESS_CHANGED:
      'Ya no escribimos a esta dirección: ahora hay otra registrada. Si usted lo pidió, no hay nada que hacer. Si no lo pidió, díganoslo enseguida por la vía que ya conoce.',
    SEALED_WAITS: 'Le espera un mensaje sellado. Solo puede leerse con su propia clave: nadie pudo leerlo por el camino.',
  },
  silence: {
    ACKNOWLEDGED: 'Por ahora no tiene que hacer nada.',
    CONSENT: 'Si no hace nada, nada se acepta en su nombre. El silencio nunca se toma como un sí.',
    ADVICE: 'Si no hace nada, no se anota ninguna opinión suya. El silencio nunca se toma como un sí.',
    APPROVAL: 'Si no hace nada, el texto se queda donde está. El silencio nunca se toma como un sí.',
    SIGN_ON: 'Si no hace nada, no se usa el nombre de su organización. El silencio nunca se toma como un sí.',
    REFERRAL: 'Si no hace nada, pasado ese plazo preguntaremos a otra organización. Un no nos sirve tanto como un sí.',
    REFERRAL_REVOKED: 'No tiene que hacer nada.',
    HELP: 'Si no hace nada, no daremos por hecho que todo va bien: una persona de nuestro equipo buscará una manera segura de volver a preguntarle.',
    REVIEW:
      'Si no hace nada, no daremos por hecho que todo va bien: una persona de nuestro equipo buscará una manera segura de volver a preguntarle.',
    RECEIPT: 'Si no hace nada, su respuesta queda como está.',
    OUTCOME: 'No tiene que hacer nada.',
    TASK: 'Si para entonces no se ha hecho nada, la tarea pasa a la persona que le reemplaza.',
    TASK_ESCALATED: 'Si no se hace nada, la tarea sigue abierta y se vuelve a avisar.',
    TASK_RAISED: 'Hasta que alguien actúe, la tarea sigue abierta en la lista.',
    WITHDRAWN: 'No tiene que hacer nada.',
    KEY_INVITED:
      'Si no hace nada, los mensajes para usted esperan aquí hasta que haya una clave, y una persona de nuestro equipo busca otra manera de contactarle.',
    KEY_EXPIRES:
      'Si no hace nada, a partir de entonces los mensajes para usted esperan aquí, y una persona de nuestro equipo busca otra manera de contactarle.',
    KEY_CHANGED: 'Si fue usted, no necesita hacer nada.',
    ADDRESS_CHANGED: 'Si usted lo pidió, no necesita hacer nada.',
    SEALED_WAITS: 'Si no hace nada, el mensaje sigue sellado. No se decide nada en su nombre.',
  },
  openPage: 'Abrir su página',
  linkIsPersonal: 'El enlace es solo para usted: por favor, no lo reenvíe. Abrirlo no le compromete a nada.',
  clock: {
    ANSWER: 'Por favor, responda antes de: {time}',
    CHANGE: 'Puede cambiar su respuesta hasta: {time}',
    ACT: 'Debe hacerse antes de: {time}',
  },
  onYourClock: 'En su hora local: {time}',
  genuineTitle: '¿Es auténtico este mensaje?',
  genuineLink: 'El enlace debe empezar exactamente por {host} y por nada más.',
  genuineAsk:
    'Nunca pedimos contraseñas ni documentos por correo electrónico. Si tiene dudas, no abra nada y pregúntenos por la vía que ya conoce.',
  genuineAskKey:
    'La página le pide la frase de acceso de su clave; nunca sale de su dispositivo y nadie de nuestro equipo se la pedirá jamás. Nunca pedimos documentos por correo electrónico. Si tiene dudas, no abra nada y pregúntenos por la vía que ya conoce.',
  care: 'Abra la página en un dispositivo de confianza. Por favor, no envíe nada confidencial en respuesta a este correo.',
  sealedSubject: {
    CONSENT: 'Una pregunta que solo usted puede responder',
    ADVICE: 'Pedimos su opinión sobre un caso',
    APPROVAL: 'Una carta sobre usted: ¿está de acuerdo?',
    REFERRAL: '¿Puede su organización ayudar a alguien?',
    HELP: '¿Le ha llegado la ayuda?',
    REVIEW: '¿Cómo está ahora?',
    RECEIPT: 'Hemos recibido su respuesta',
  },
  sealedReminder: 'Recordatorio: {subject}',
  enclosed: 'El texto mismo acompaña a este mensaje. Por favor, trátelo con la misma confidencialidad que el mensaje y no lo comparta.',
};
