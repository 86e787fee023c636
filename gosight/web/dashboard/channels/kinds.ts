/** The kinds of channels there are, and what each needs. */
import type { Channel, ChannelKind, ChannelWish } from "../api/types";

export type Asked = {
  name: keyof ChannelWish & ("chat_id" | "bot_token" | "to" | "url" | "secret");
  label: string;
  hint: string;
  placeholder?: string;
  optional?: boolean;
  type?: "url" | "text";
};
type Kind = { name: string; asks: Asked[] };

export const KINDS: Record<ChannelKind, Kind> = {
  telegram: {
    name: "Telegram",
    asks: [
      {
        name: "chat_id",
        label: "Chat id",
        hint: "The chat's number; groups have a minus in front. Add the bot to the chat first.",
        placeholder: "-123456789",
      },
      {
        name: "bot_token",
        label: "Bot token",
        hint: "Of a bot of your own. Empty: the server's bot.",
        optional: true,
      },
    ],
  },
  email: {
    name: "E-mail",
    asks: [
      { name: "to", label: "Addresses", hint: "One or several, separated by commas.", placeholder: "jane@example.com" },
    ],
  },
  slack: {
    name: "Slack or compatible",
    asks: [
      {
        name: "url",
        label: "Webhook address",
        hint: "An incoming webhook of Slack, Mattermost, Rocket.Chat and others.",
        placeholder: "https://hooks.slack.com/services/…",
        type: "url",
      },
    ],
  },
  discord: {
    name: "Discord",
    asks: [
      {
        name: "url",
        label: "Webhook address",
        hint: "In Discord: edit the channel, Integrations, Webhooks.",
        placeholder: "https://discord.com/api/webhooks/…",
        type: "url",
      },
    ],
  },
  webhook: {
    name: "Webhook",
    asks: [
      {
        name: "url",
        label: "Address",
        hint: "Gets JSON by POST, signed.",
        placeholder: "https://example.com/hook",
        type: "url",
      },
      { name: "secret", label: "Signing secret", hint: "Empty: one is made, and shown once.", optional: true },
    ],
  },
};

export function addressOf(channel: Channel): string {
  return channel.chat_id ?? channel.to?.join(", ") ?? channel.url ?? "";
}
