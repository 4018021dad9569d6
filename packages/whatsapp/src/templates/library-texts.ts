/** The words of the ready templates. Formal address throughout: a business writes to people it does not know. */
export const LIBRARY_LANGUAGES = ['en_US', 'es', 'pt_BR', 'de', 'fr', 'id', 'ar', 'hi'] as const;
export type LibraryLanguage = (typeof LIBRARY_LANGUAGES)[number];

export interface LibraryText {
  readonly body: string;
  /** Quick replies. */
  readonly replies?: readonly string[];
}
type Texts = { readonly [language in LibraryLanguage]: LibraryText };

// biome-ignore format: a table, one language a line
export const APPOINTMENT_REMINDER: Texts = {
  en_US: { body: 'Hello {{first_name}}, this is a reminder of your appointment at {{business}} on {{date}} at {{time}}. Please let us know whether you can come.', replies: ['I will be there', 'Change the date'] },
  es: { body: 'Hola, {{first_name}}: le recordamos su cita en {{business}} el {{date}} a las {{time}}. Díganos, por favor, si podrá asistir.', replies: ['Confirmar', 'Cambiar la cita'] },
  pt_BR: { body: 'Olá, {{first_name}}! Lembramos que você tem um horário marcado em {{business}} no dia {{date}}, às {{time}}. Por favor, diga se poderá comparecer.', replies: ['Confirmar', 'Remarcar'] },
  de: { body: 'Guten Tag {{first_name}}, wir erinnern Sie an Ihren Termin bei {{business}} am {{date}} um {{time}} Uhr. Bitte sagen Sie uns, ob Sie kommen können.', replies: ['Ich komme', 'Termin verschieben'] },
  fr: { body: 'Bonjour {{first_name}}, nous vous rappelons votre rendez-vous chez {{business}} le {{date}} à {{time}}. Merci de nous dire si vous pourrez venir.', replies: ['Je confirme', 'Changer la date'] },
  id: { body: 'Halo {{first_name}}, kami mengingatkan janji temu Anda di {{business}} pada {{date}} pukul {{time}}. Mohon beri tahu kami apakah Anda dapat hadir.', replies: ['Saya hadir', 'Ubah jadwal'] },
  ar: { body: 'مرحبًا {{first_name}}، نذكّركم بموعدكم لدى {{business}} يوم {{date}} في الساعة {{time}}. يرجى إخبارنا إن كان بإمكانكم الحضور.', replies: ['تأكيد الموعد', 'تغيير الموعد'] },
  hi: { body: 'नमस्ते {{first_name}}, {{business}} में {{date}} को {{time}} बजे आपकी अपॉइंटमेंट है। कृपया हमें बताएँ कि क्या आप आ सकेंगे।', replies: ['पुष्टि करें', 'समय बदलें'] },
};

// biome-ignore format: a table, one language a line
export const ORDER_UPDATE: Texts = {
  en_US: { body: 'Hello {{first_name}}, there is news about your order {{order_number}}. Its status is now: {{status}}. We will write again when it changes.' },
  es: { body: 'Hola, {{first_name}}: hay novedades sobre su pedido {{order_number}}. Su estado actual es: {{status}}. Le avisaremos cuando cambie.' },
  pt_BR: { body: 'Olá, {{first_name}}! Há novidades sobre o seu pedido {{order_number}}. A situação agora é: {{status}}. Avisaremos quando ela mudar.' },
  de: { body: 'Guten Tag {{first_name}}, es gibt Neues zu Ihrer Bestellung {{order_number}}. Der Status ist jetzt: {{status}}. Wir melden uns, sobald er sich ändert.' },
  fr: { body: 'Bonjour {{first_name}}, il y a du nouveau au sujet de votre commande {{order_number}}. Son état est maintenant : {{status}}. Nous vous écrirons dès qu’il changera.' },
  id: { body: 'Halo {{first_name}}, ada kabar tentang pesanan Anda {{order_number}}. Statusnya sekarang: {{status}}. Kami akan memberi tahu Anda jika ada perubahan.' },
  ar: { body: 'مرحبًا {{first_name}}، هناك جديد بخصوص طلبكم رقم {{order_number}}. حالته الآن: {{status}}. سنراسلكم عند حدوث أي تغيير.' },
  hi: { body: 'नमस्ते {{first_name}}, आपके ऑर्डर {{order_number}} के बारे में नई जानकारी है। अब इसकी स्थिति है: {{status}}। स्थिति बदलने पर हम आपको फिर बताएँगे।' },
};

// biome-ignore format: a table, one language a line
export const PAYMENT_RECEIVED: Texts = {
  en_US: { body: 'Hello {{first_name}}, we have received your payment of {{amount}} for {{reference}}. Thank you; there is nothing else for you to do.' },
  es: { body: 'Hola, {{first_name}}: hemos recibido su pago de {{amount}} por {{reference}}. Gracias; no tiene que hacer nada más.' },
  pt_BR: { body: 'Olá, {{first_name}}! Recebemos o seu pagamento de {{amount}} referente a {{reference}}. Agradecemos; você não precisa fazer mais nada.' },
  de: { body: 'Guten Tag {{first_name}}, wir haben Ihre Zahlung über {{amount}} für {{reference}} erhalten. Vielen Dank; Sie müssen nichts weiter tun.' },
  fr: { body: 'Bonjour {{first_name}}, nous avons bien reçu votre paiement de {{amount}} pour {{reference}}. Merci ; vous n’avez rien d’autre à faire.' },
  id: { body: 'Halo {{first_name}}, kami telah menerima pembayaran Anda sebesar {{amount}} untuk {{reference}}. Terima kasih; tidak ada lagi yang perlu Anda lakukan.' },
  ar: { body: 'مرحبًا {{first_name}}، لقد استلمنا دفعتكم بمبلغ {{amount}} مقابل {{reference}}. شكرًا لكم، ولا يلزمكم أي إجراء آخر.' },
  hi: { body: 'नमस्ते {{first_name}}, {{reference}} के लिए आपका {{amount}} का भुगतान हमें मिल गया है। धन्यवाद, आपको और कुछ नहीं करना है।' },
};

// biome-ignore format: a table, one language a line
export const DELIVERY_UPDATE: Texts = {
  en_US: { body: 'Hello {{first_name}}, your order {{order_number}} is on its way and should arrive on {{date}}. Please make sure that someone can receive it.' },
  es: { body: 'Hola, {{first_name}}: su pedido {{order_number}} está en camino y debería llegar el {{date}}. Por favor, asegúrese de que alguien pueda recibirlo.' },
  pt_BR: { body: 'Olá, {{first_name}}! O seu pedido {{order_number}} está a caminho e deve chegar no dia {{date}}. Por favor, garanta que alguém possa recebê-lo.' },
  de: { body: 'Guten Tag {{first_name}}, Ihre Bestellung {{order_number}} ist unterwegs und kommt voraussichtlich am {{date}} an. Bitte sorgen Sie dafür, dass jemand sie annehmen kann.' },
  fr: { body: 'Bonjour {{first_name}}, votre commande {{order_number}} est en route et devrait arriver le {{date}}. Merci de prévoir quelqu’un pour la recevoir.' },
  id: { body: 'Halo {{first_name}}, pesanan Anda {{order_number}} sedang dalam perjalanan dan diperkirakan tiba pada {{date}}. Mohon pastikan ada yang dapat menerimanya.' },
  ar: { body: 'مرحبًا {{first_name}}، طلبكم رقم {{order_number}} في الطريق ومن المتوقع أن يصل يوم {{date}}. يرجى التأكد من وجود من يستلمه.' },
  hi: { body: 'नमस्ते {{first_name}}, आपका ऑर्डर {{order_number}} रास्ते में है और {{date}} को पहुँचने की उम्मीद है। कृपया सुनिश्चित करें कि कोई उसे लेने के लिए मौजूद हो।' },
};

// biome-ignore format: a table, one language a line
export const FEEDBACK_REQUEST: Texts = {
  en_US: { body: 'Hello {{first_name}}, your order {{order_number}} is complete. How was it? Your answer helps us to improve.', replies: ['Good', 'Fair', 'Poor'] },
  es: { body: 'Hola, {{first_name}}: hemos completado su pedido {{order_number}}. ¿Qué le ha parecido? Su respuesta nos ayuda a mejorar.', replies: ['Bien', 'Regular', 'Mal'] },
  pt_BR: { body: 'Olá, {{first_name}}! O seu pedido {{order_number}} foi concluído. O que você achou? A sua resposta nos ajuda a melhorar.', replies: ['Bom', 'Regular', 'Ruim'] },
  de: { body: 'Guten Tag {{first_name}}, Ihre Bestellung {{order_number}} ist abgeschlossen. Wie zufrieden waren Sie? Ihre Antwort hilft uns, besser zu werden.', replies: ['Zufrieden', 'Es geht', 'Unzufrieden'] },
  fr: { body: 'Bonjour {{first_name}}, votre commande {{order_number}} est terminée. Qu’en avez-vous pensé ? Votre réponse nous aide à progresser.', replies: ['Très bien', 'Moyen', 'Décevant'] },
  id: { body: 'Halo {{first_name}}, pesanan Anda {{order_number}} telah selesai. Bagaimana pendapat Anda? Jawaban Anda membantu kami menjadi lebih baik.', replies: ['Bagus', 'Cukup', 'Kurang'] },
  ar: { body: 'مرحبًا {{first_name}}، لقد اكتمل طلبكم رقم {{order_number}}. ما رأيكم فيه؟ إجابتكم تساعدنا على التحسّن.', replies: ['جيد', 'مقبول', 'سيئ'] },
  hi: { body: 'नमस्ते {{first_name}}, आपका ऑर्डर {{order_number}} पूरा हो गया है। आपको यह कैसा लगा? आपका जवाब हमें बेहतर बनने में मदद करता है।', replies: ['अच्छा', 'ठीक-ठाक', 'खराब'] },
};
