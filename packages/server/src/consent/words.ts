export type Purpose = 'marketing' | 'utility' | 'authentication' | 'service';
export const PURPOSES = ['marketing', 'utility', 'authentication', 'service'] as const satisfies readonly Purpose[];

/**
 * How sure the way of saying it must be: `message` the whole of a typed message; `template` that, or a quick reply under
 * a template; `anywhere` also a button of the business's own flow, for phrases that cannot mean anything else.
 */
export type Heard = 'message' | 'template' | 'anywhere';

/** One word or phrase that says something about consent when it is the whole message. */
export interface Keyword {
  /** BCP 47. */
  readonly language: string;
  readonly word: string;
  readonly purposes: readonly Purpose[];
  /** `resume` takes an opt-out back, which leaves what was before it; it says nothing where there was none. */
  readonly effect: 'out' | 'in' | 'resume';
  readonly on: Heard;
}

interface Language {
  /** STOP: no more marketing. */
  readonly stop: string;
  /** STOP ALL: no more marketing, no more notices. */
  readonly stopAll: string;
  /** Names the advertising itself; counts also as a tap. */
  readonly stopPromotions: string;
  /** START: as before the STOP. */
  readonly start: string;
  /** Asks for marketing in so many words. */
  readonly subscribe: string;
}

/**
 * Words that in a chat are answers more often than a farewell (cancel, end, quit, no; cancelar; решение) are left out on
 * purpose, as are those that mean something else alone (acha: never mind; หยุด: closed today; بند کریں: turn it off; חידוש:
 * renewal): docs/decisions/consent.md. Spellings without accents stand beside those with them, except where leaving
 * them away makes another word (Vietnamese).
 */
const LANGUAGES: Readonly<Record<string, Language>> = {
  en: {
    stop: 'stop | unsubscribe | opt out | opt-out | optout | revoke | remove me | stop messages | stop messaging me | stop texting me',
    stopAll: 'stop all | stopall | stop everything | unsubscribe all',
    stopPromotions:
      'stop promotions | stop promotion | stop promos | stop marketing | stop marketing messages | stop offers | stop ads | no more promotions',
    start: 'start | unstop | resume',
    subscribe: 'subscribe | opt in | opt-in | optin | resume promotions | start promotions',
  },
  es: {
    stop: 'baja | darme de baja | dar de baja | detener mensajes | no más mensajes | no mas mensajes | no quiero más mensajes | no quiero mas mensajes',
    stopAll: 'baja total | detener todo | parar todo',
    stopPromotions:
      'detener promociones | cancelar promociones | no más promociones | no mas promociones | no más publicidad | no mas publicidad',
    start: 'alta | reanudar | reactivar',
    subscribe: 'suscribirme | quiero recibir promociones',
  },
  pt: {
    stop: 'sair | parar | descadastrar | parar mensagens | cancelar inscrição | cancelar inscricao | não quero mais mensagens | nao quero mais mensagens',
    stopAll: 'parar tudo | sair de tudo',
    stopPromotions:
      'parar promoções | parar promocoes | interromper promoções | interromper promocoes | sem promoções | sem promocoes | parar publicidade',
    start: 'reativar | voltar a receber',
    subscribe: 'inscrever-me | quero receber promoções | quero receber promocoes',
  },
  de: {
    stop: 'stopp | abmelden | abbestellen | austragen | keine nachrichten mehr',
    stopAll: 'alles stoppen | stopp alles | alles abbestellen',
    stopPromotions: 'werbung stoppen | angebote stoppen | werbeaktionen stoppen | keine werbung | keine werbung mehr',
    start: 'starten | fortsetzen',
    subscribe: 'abonnieren | werbung erhalten',
  },
  fr: {
    stop: 'arrêt | arret | arrêter | arreter | désabonner | desabonner | me désabonner | me desabonner | désinscription | desinscription | me désinscrire | me desinscrire',
    stopAll: 'tout arrêter | tout arreter | stop tout',
    stopPromotions:
      'arrêter les promotions | arreter les promotions | plus de promotions | plus de publicité | plus de publicite | stop promos | stop pub',
    start: 'reprendre | réactiver | reactiver',
    subscribe: "m'abonner | s'abonner",
  },
  it: {
    stop: 'disiscrivimi | disiscriviti | annulla iscrizione | cancellami | basta messaggi',
    stopAll: 'ferma tutto | interrompi tutto',
    stopPromotions:
      'ferma promozioni | interrompi promozioni | basta promozioni | stop promozioni | basta pubblicità | basta pubblicita',
    start: 'riprendi | riattiva',
    subscribe: 'iscrivimi',
  },
  nl: {
    stop: 'stoppen | afmelden | uitschrijven | geen berichten meer',
    stopAll: 'stop alles | alles stoppen | alles stopzetten',
    stopPromotions: 'stop promoties | stop aanbiedingen | geen reclame | geen reclame meer',
    start: 'hervatten',
    subscribe: 'abonneren',
  },
  pl: {
    stop: 'wypisz | wypisz mnie | zatrzymaj | nie chcę wiadomości | nie chce wiadomosci',
    stopAll: 'zatrzymaj wszystko | stop wszystko',
    stopPromotions: 'zatrzymaj promocje | stop promocje | nie chcę reklam | nie chce reklam | bez reklam',
    start: 'wznów | wznow',
    subscribe: 'subskrybuj',
  },
  tr: {
    stop: 'durdur | ret | abonelikten çık | abonelikten cik | üyelikten çık | uyelikten cik',
    stopAll: 'hepsini durdur | tümünü durdur | tumunu durdur',
    stopPromotions:
      'promosyonları durdur | promosyonlari durdur | kampanyaları durdur | kampanyalari durdur | reklamları durdur | reklamlari durdur',
    start: 'başlat | baslat',
    subscribe: 'abone ol',
  },
  ru: {
    stop: 'стоп | отписаться | отписка | отпишите | отпишите меня | не присылайте | не пишите мне',
    stopAll: 'стоп все | стоп всё | остановить все | остановить всё',
    stopPromotions:
      'стоп реклама | остановить рекламу | остановить акции | без рекламы | отписаться от рекламы | отписаться от рассылки',
    start: 'старт | возобновить',
    subscribe: 'подписаться',
  },
  uk: {
    stop: 'стоп | відписатися | відписатись | відпишіть мене | не надсилайте',
    stopAll: 'стоп усе | стоп все | зупинити все | зупинити усе',
    stopPromotions: 'зупинити рекламу | зупинити акції | без реклами | відписатися від реклами',
    start: 'старт | відновити',
    subscribe: 'підписатися | підписатись',
  },
  ar: {
    stop: 'توقف | قف | إيقاف | إلغاء الاشتراك',
    stopAll: 'إيقاف الكل | إيقاف جميع الرسائل',
    stopPromotions: 'إيقاف العروض | إيقاف العروض الترويجية | إيقاف الإعلانات',
    start: 'ابدأ | استئناف',
    subscribe: 'اشترك في العروض',
  },
  he: {
    stop: 'הסר | הסר אותי | הסירו אותי | להסרה | הסרה | הפסק | הפסק הודעות',
    stopAll: 'הפסק הכל',
    stopPromotions: 'הפסק מבצעים | הפסק פרסומות | בלי פרסומות',
    start: 'התחל',
    subscribe: 'הרשמה לדיוור',
  },
  hi: {
    stop: 'रोकें | रोको | बंद करें | बंद करो | स्टॉप | सदस्यता समाप्त करें | सदस्यता रद्द करें | band karo',
    stopAll: 'सब बंद करें | सब बंद करो | सभी बंद करें | sab band karo',
    stopPromotions: 'प्रचार बंद करें | प्रमोशन बंद करें | ऑफ़र बंद करें | विज्ञापन बंद करें',
    start: 'शुरू | शुरू करें | शुरू करो',
    subscribe: 'सदस्यता लें',
  },
  bn: {
    stop: 'স্টপ | আনসাবস্ক্রাইব | মেসেজ বন্ধ করুন | বার্তা বন্ধ করুন | মেসেজ পাঠাবেন না',
    stopAll: 'সব মেসেজ বন্ধ করুন | সব বার্তা বন্ধ করুন',
    stopPromotions: 'প্রচার বন্ধ করুন | অফার বন্ধ করুন | বিজ্ঞাপন বন্ধ করুন',
    start: 'শুরু | শুরু করুন',
    subscribe: 'সাবস্ক্রাইব',
  },
  ur: {
    stop: 'اسٹاپ | سٹاپ | ان سبسکرائب | میسج بند کریں | پیغامات بند کریں | میسج نہ بھیجیں | پیغام نہ بھیجیں',
    stopAll: 'سب میسج بند کریں | تمام پیغامات بند کریں',
    stopPromotions: 'تشہیر بند کریں | پروموشنز بند کریں | اشتہارات بند کریں',
    start: 'شروع | شروع کریں',
    subscribe: 'سبسکرائب',
  },
  id: {
    stop: 'berhenti | hentikan | berhenti berlangganan | stop pesan',
    stopAll: 'berhenti semua | hentikan semua | stop semua',
    stopPromotions: 'stop promo | stop promosi | hentikan promo | hentikan promosi | stop iklan',
    start: 'mulai | mulai lagi',
    subscribe: 'berlangganan',
  },
  ms: {
    stop: 'henti | berhenti | hentikan | berhenti melanggan',
    stopAll: 'henti semua | berhenti semua',
    stopPromotions: 'henti promosi | hentikan promosi | henti iklan',
    start: 'mula',
    subscribe: 'langgan',
  },
  vi: {
    stop: 'dừng | dừng lại | ngừng | hủy đăng ký | huỷ đăng ký | huy dang ky',
    stopAll: 'dừng tất cả | ngừng tất cả',
    stopPromotions: 'dừng khuyến mãi | dừng quảng cáo | ngừng khuyến mãi | ngừng quảng cáo',
    start: 'bắt đầu',
    subscribe: 'đăng ký nhận tin',
  },
  th: {
    stop: 'หยุดส่งข้อความ | ยกเลิกการรับข่าวสาร | ไม่รับข่าวสาร | ยกเลิกรับข้อความ',
    stopAll: 'หยุดข้อความทั้งหมด',
    stopPromotions: 'หยุดโปรโมชั่น | หยุดโปรโมชัน | หยุดโฆษณา',
    start: 'เริ่ม',
    subscribe: 'สมัครรับข่าวสาร',
  },
  'zh-Hans': {
    stop: '停止 | 退订 | 取消订阅 | 不要再发',
    stopAll: '全部停止 | 停止全部 | 全部退订',
    stopPromotions: '停止推广 | 停止促销 | 停止广告 | 不要广告',
    start: '开始 | 恢复',
    subscribe: '订阅',
  },
  'zh-Hant': {
    stop: '停止 | 退訂 | 取消訂閱 | 不要再發',
    stopAll: '全部停止 | 停止全部 | 全部退訂',
    stopPromotions: '停止推廣 | 停止促銷 | 停止廣告 | 不要廣告',
    start: '開始 | 恢復',
    subscribe: '訂閱',
  },
  ja: {
    stop: '停止 | 配信停止 | ストップ | 登録解除 | 配信解除',
    stopAll: 'すべて停止 | 全て停止 | 全部停止',
    stopPromotions: 'プロモーションを停止 | プロモーション停止 | 広告停止 | 宣伝停止',
    start: '再開 | 配信再開 | スタート',
    subscribe: '配信希望',
  },
  ko: {
    stop: '중지 | 정지 | 그만 | 수신거부 | 수신 거부',
    stopAll: '모두 중지 | 전체 중지 | 전체 수신거부',
    stopPromotions: '프로모션 중지 | 광고 중지 | 광고 거부 | 광고 수신거부',
    start: '시작 | 재개',
    subscribe: '광고 수신동의 | 수신동의 | 수신 동의',
  },
  sw: {
    stop: 'jiondoe | niondoe | acha kutuma ujumbe | sitisha ujumbe',
    stopAll: 'sitisha ujumbe wote | komesha ujumbe wote',
    stopPromotions: 'acha matangazo | sitisha matangazo | komesha matangazo',
    start: 'anza | anza tena',
    subscribe: 'nataka matangazo',
  },
};

type Row = Pick<Keyword, 'purposes' | 'effect' | 'on'>;
const ALL: readonly Purpose[] = ['marketing', 'utility'];
const ROWS: { readonly [K in keyof Language]: Row } = {
  stop: { purposes: ['marketing'], effect: 'out', on: 'template' },
  stopAll: { purposes: ALL, effect: 'out', on: 'anywhere' },
  stopPromotions: { purposes: ['marketing'], effect: 'out', on: 'anywhere' },
  start: { purposes: ALL, effect: 'resume', on: 'template' },
  subscribe: { purposes: ['marketing'], effect: 'in', on: 'template' },
};

/** The words as delivered; a business may pass other ones. */
export const KEYWORDS: readonly Keyword[] = Object.entries(LANGUAGES).flatMap(([language, words]) =>
  (Object.keys(ROWS) as (keyof Language)[]).flatMap((kind) =>
    words[kind].split(' | ').map((word): Keyword => ({ language, word, ...ROWS[kind] })),
  ),
);

/** What may stand before or after a keyword without changing it. */
export const COURTESIES: readonly string[] = [
  "please | pls | plz | thanks | thank you | por favor | gracias | obrigado | obrigada | bitte | danke | s'il vous plaît",
  "s'il vous plait | svp | merci | per favore | grazie | alstublieft | aub | proszę | prosze | lütfen | lutfen | пожалуйста",
  'спасибо | будь ласка | من فضلك | شكرا | בבקשה | תודה | कृपया | দয়া করে | براہ کرم | tolong | terima kasih | sila | làm ơn',
  'ครับ | ค่ะ | 请 | 請 | お願いします | 부탁합니다 | tafadhali',
].flatMap((line) => line.split(' | '));
