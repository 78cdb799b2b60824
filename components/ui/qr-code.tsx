"use client";
import { QRCodeSVG } from "qrcode.react";

/** Public text as a QR code: dark on white in both themes, because cameras want it so. */
export default function QrCode(props: { readonly text: string; readonly title: string }) {
  return (
    <QRCodeSVG
      value={props.text}
      title={props.title}
      level="M"
      marginSize={0}
      bgColor="#ffffff"
      fgColor="#0b1317"
    />
  );
}
